/** Every family by its id, in the order in which they are tried. */
import { bgCnbdK, bgNbd, mbgCnbdK, mbgNbd } from './beta-geometric.ts';
import type { Family, FamilyId } from './family.ts';
import { paretoNbd } from './pareto-nbd.ts';

export const FAMILIES: { readonly [id in FamilyId]: Family } = {
  'bg-nbd': bgNbd,
  'mbg-nbd': mbgNbd,
  'bg-cnbd-k': bgCnbdK,
  'mbg-cnbd-k': mbgCnbdK,
  'pareto-nbd': paretoNbd,
};
