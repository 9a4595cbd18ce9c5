/**
 * The clock's ticks. In AWS `wake` runs each minute and `sweep` each five; here a tick that would find
 * nothing is skipped, by asking the index that the function would ask: the one difference to AWS.
 */
import { DAY_MS, HOUR_MS, type Instant, iso } from '../../../functions/contract/time.ts';
import { OPEN_INDEX, WAKE_INDEX } from '../../../functions/contract/keys.ts';
import type { FunctionHost } from '../lambda/host.ts';
import type { Every } from '../template/plan.ts';
import { ACCOUNT, REGION } from '../template/resolve.ts';
import type { IndexMirror } from './index-mirror.ts';

/** What a function's tick depends on, by the function's label; others tick at least hourly. */
const SKIPS: { [label: string]: { index: string; atLeastEveryMs: number } } = {
  wake: { index: WAKE_INDEX, atLeastEveryMs: Number.POSITIVE_INFINITY },
  // Even with nothing open it counts and compares: once a week is enough where nothing gets lost.
  sweep: { index: OPEN_INDEX, atLeastEveryMs: 7 * DAY_MS },
};

export type ScheduleDeps = {
  host: FunctionHost;
  every: Every;
  ruleArn: string;
  mirrors: ReadonlyMap<string, IndexMirror>;
  /** True while dead letters wait for a redrive. */
  deadLetters(): boolean;
};

export class Schedule {
  private readonly deps: ScheduleDeps;
  private readonly mirror: IndexMirror | undefined;
  private readonly everyMs: number;
  private readonly atLeastEveryMs: number;
  private lastAt: Instant;

  constructor(deps: ScheduleDeps, start: Instant) {
    this.deps = deps;
    const skip = SKIPS[deps.host.plan.label];
    this.mirror = skip && deps.mirrors.get(skip.index);
    this.everyMs = 'ms' in deps.every ? deps.every.ms : DAY_MS;
    this.atLeastEveryMs = skip?.atLeastEveryMs ?? Math.max(this.everyMs, HOUR_MS);
    this.lastAt = start;
  }

  /** When the next tick is worth it. What an earlier tick left behind waits for the tick after. */
  next(): Instant | undefined {
    const { every: rate } = this.deps;
    if ('dayAtMs' in rate) return nextDaily(this.lastAt, rate.dayAtMs);
    const due = this.mirror?.next();
    const byIndex =
      due === undefined ? undefined : due > this.lastAt ? due : this.lastAt + this.everyMs;
    const every =
      this.deps.host.plan.label === 'sweep' && this.deps.deadLetters()
        ? HOUR_MS
        : this.atLeastEveryMs;
    const byTime = Number.isFinite(every) ? this.lastAt + every : undefined;
    return earliest(byIndex, byTime);
  }

  /** What the index holds that is due, as a text to compare; empty when there is nothing. */
  left(now: Instant): string {
    const next = this.mirror?.next();
    if (!this.mirror || next === undefined || next > now) return '';
    return `${next} ${this.mirror.shardsDue(now).join()}`;
  }

  /** The tick. `shards` names those of the index that hold something due; the others are empty. */
  async run(now: Instant): Promise<void> {
    this.lastAt = now;
    const shards = this.mirror?.shardsDue(now);
    await this.deps.host.invoke({
      version: '0',
      id: `tick-${now}`,
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: iso(now).replace(/\.\d{3}Z$/, 'Z'),
      region: REGION,
      resources: [this.deps.ruleArn],
      detail: {},
      ...(shards && { shards }),
    });
  }
}

/** The first moment after `after` that is so long after a midnight UTC. No night is skipped, nor made up for. */
const nextDaily = (after: Instant, dayAtMs: number): Instant => {
  const today = Math.floor(after / DAY_MS) * DAY_MS + dayAtMs;
  return today > after ? today : today + DAY_MS;
};

/** The smaller of those that are there. */
export function earliest(...times: (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const time of times) {
    if (time !== undefined && (first === undefined || time < first)) first = time;
  }
  return first;
}
