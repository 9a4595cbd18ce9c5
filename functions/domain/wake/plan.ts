/** A policy, made ready for quick questions: once per policy object, kept as long as it lives. */
import type { Journey, Policy, Shop, Trigger } from '../../contract/journeys.ts';
import type { Instant } from '../../contract/time.ts';
import type { Run } from '../customer.ts';
import { modeOf } from '../mode.ts';
import { type QuietHours, quietHours } from '../quiet-hours.ts';

export type Plan = Shop & {
  release: string;
  goLiveAt: Instant;
  quiet: QuietHours;
  /** Journeys that are not off. */
  byTrigger: ReadonlyMap<Trigger, Listening>;
  /** The journey of a run: of its own release while that is known, else the one of this name now. */
  journeyOf(run: Kept): Journey | undefined;
  /** The release whose journey that is. */
  releaseOf(run: Kept): string;
};
type Kept = Pick<Run, 'journey' | 'release'>;

/** The journeys of one trigger, and how long an occasion can matter to any of them. */
export type Listening = { journeys: Journey[]; longestMs: number };

const PLANS = new WeakMap<Policy, Plan>();

export function planOf(policy: Policy): Plan {
  const known = PLANS.get(policy);
  if (known) return known;
  const plan = makePlan(policy);
  PLANS.set(policy, plan);
  return plan;
}

function makePlan({ release, journeys, settings, models, older = [] }: Policy): Plan {
  const byTrigger = new Map<Trigger, Listening>();
  for (const journey of journeys) {
    if (modeOf(journey, settings) === 'off') continue;
    const listening = byTrigger.get(journey.trigger) ?? { journeys: [], longestMs: 0 };
    listening.journeys.push(journey);
    listening.longestMs = Math.max(listening.longestMs, journey.expiresMs);
    byTrigger.set(journey.trigger, listening);
  }
  const byId = new Map(journeys.map((journey) => [journey.id, journey]));
  const ofOlder = journeysOfOlder(older, byId);
  return {
    release,
    settings,
    ...(models && { models }),
    goLiveAt: settings.goLiveAt ? Date.parse(settings.goLiveAt) : Number.NEGATIVE_INFINITY,
    quiet: quietHours(settings),
    byTrigger,
    journeyOf: (run) => ofOlder(run) ?? byId.get(run.journey),
    releaseOf: (run) => (ofOlder(run) ? run.release : release),
  };
}

/**
 * What an older release says of a journey. Whether it runs at all is a switch and no content: `mode` is as
 * the journey has it now, so that one that is switched off stops at once.
 */
function journeysOfOlder(
  older: NonNullable<Policy['older']>,
  now: ReadonlyMap<string, Journey>,
): (run: Kept) => Journey | undefined {
  // Most releases change mails, not journeys, and then share these.
  const shared = new Map<readonly Journey[], Map<string, Journey>>();
  const byId = (journeys: readonly Journey[]) => {
    const known = shared.get(journeys);
    if (known) return known;
    const found = new Map(
      journeys.map((journey) => {
        const mode = now.get(journey.id)?.mode ?? journey.mode;
        return [journey.id, mode === journey.mode ? journey : { ...journey, mode }];
      }),
    );
    shared.set(journeys, found);
    return found;
  };
  const byRelease = new Map(older.map(({ release, journeys }) => [release, byId(journeys)]));
  return (run) => byRelease.get(run.release)?.get(run.journey);
}
