/** Environmental claims of a shop, and what proves each: Directive (EU) 2024/825, in force 27 September 2026. */
import * as z from 'zod';

/** Of the whole product or shop, without saying what exactly is better. Recitals 9 and 10 have examples. */
export const GENERIC_CLAIMS = [
  'eco-friendly',
  'green',
  'sustainable',
  'climate-friendly',
  'energy-efficient',
  'biodegradable',
  'biobased',
] as const;
/** Of the climate, mostly by paying for less elsewhere. Recital 12 has examples. */
export const OFFSET_CLAIMS = [
  'climate-neutral',
  'climate-positive',
  'climate-compensated',
  'reduced-climate-impact',
] as const;
export type Claim = (typeof GENERIC_CLAIMS)[number] | (typeof OFFSET_CLAIMS)[number];

const isOffset = (claim: Claim): boolean => OFFSET_CLAIMS.some((offset) => offset === claim);
/** What the Directive takes for a proof. Of the climate, only what the product's own life shows. */
const BASES = ['ecolabel', 'iso-14024', 'specified', 'life-cycle'] as const;

const proof = z
  .strictObject({
    claim: z.enum([...GENERIC_CLAIMS, ...OFFSET_CLAIMS]),
    basis: z.enum(BASES),
    /** The licence, the study, or where the mail itself says what exactly is meant. */
    proof: z.string().min(3).max(300),
    url: z.url({ protocol: /^https$/, error: 'an https address' }).optional(),
  })
  .refine(({ claim, basis }) => !isOffset(claim) || basis === 'life-cycle', {
    error: 'basis: life-cycle, since what is paid for elsewhere proves nothing of the product',
    path: ['basis'],
  })
  .refine(({ claim, basis }) => isOffset(claim) || basis !== 'life-cycle', {
    error: 'basis: ecolabel, iso-14024, or specified (the mail says what exactly is meant)',
    path: ['basis'],
  });

export const proofsSchema = z.array(proof).max(50);
export type Proof = z.infer<typeof proof>;
