/** Whether the nights of learning go well: the one thing that no alarm hears is a night that never began. */
import type { Pointer } from '../../functions/app/models.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Check } from './checks.ts';

/** A night may fail and the next one make good for it; three in a row are no bad luck. */
export const LEARNED_WITHIN_MS = 3 * DAY_MS;

/** `pointer` is undefined where there is no table yet. */
export function modelChecks(pointer: Pointer | undefined, now: Instant): Check[] {
  if (!pointer) return [];
  const what = 'models';
  const { lookedAt, manifests } = pointer;
  if (lookedAt === undefined) {
    return [
      {
        what,
        state: 'hint',
        found: 'no night of learning yet',
        act: 'it comes at 02:17 UTC; if it does not, read the logs of learn (docs/runbook.md#learn)',
      },
    ];
  }
  if (now - lookedAt > LEARNED_WITHIN_MS) {
    const days = Math.floor((now - lookedAt) / DAY_MS);
    return [
      {
        what,
        state: 'hint',
        found: `learn has not come through for ${days} days; predictions are as old`,
        act: 'read the logs of learn (docs/runbook.md#learn)',
      },
    ];
  }
  const [newest] = manifests;
  const found = newest
    ? `published ${dateOf(newest.publishedAt)}, looked at ${dateOf(lookedAt)}`
    : `looked at ${dateOf(lookedAt)}: nothing to learn yet`;
  return [{ what, state: 'ok', found }];
}

const dateOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
