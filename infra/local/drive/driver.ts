/**
 * Moves the virtual clock. It stops at everything that is due (an event from outside, a delayed or
 * retried queue message, a tick), lets all of it be done while time stands still, and goes on.
 */
import { HOUR_MS, type Instant, MINUTE_MS } from '../../../functions/contract/time.ts';
import type { Activity } from '../activity.ts';
import type { VirtualClock } from '../clock.ts';
import type { Queue } from '../queue/queue.ts';
import type { QueueSource } from '../sources/queue-source.ts';
import type { Agenda } from './agenda.ts';
import { earliest, type Schedule } from './schedules.ts';

/** Events from outside in order of time, such as a shop's year. */
export type Feed = {
  next(): Instant | undefined;
  /** Sends what is due. */
  run(now: Instant): Promise<void>;
};

export type DriverDeps = {
  clock: VirtualClock;
  activity: Activity;
  queues: readonly Queue[];
  sources: readonly QueueSource[];
  schedules: readonly Schedule[];
  agenda: Agenda;
};

/** Flowing, the driver looks again after so long at the latest; timers of Node end at 24 days anyway. */
const LOOK_AGAIN_MS = 30_000;
/**
 * While a year of events goes by, the clock stops each third hour at most: what is due in between is done a
 * little late, as after a slow tick in AWS, and together, so that three minutes are enough for a year.
 * Wakes keep their exact due times. Five minutes before the hour: quiet hours begin at full hours.
 */
const FEED_GRID_MS = 3 * HOUR_MS;
const FEED_OFFSET_MS = 2 * HOUR_MS + 55 * MINUTE_MS;
const onGrid = (at: Instant): Instant =>
  Math.ceil((at - FEED_OFFSET_MS) / FEED_GRID_MS) * FEED_GRID_MS + FEED_OFFSET_MS;
/** A wake may arm the next one for a minute later: on the grid such a chain must not take hours. */
const TICKS_A_STOP_MAX = 20;
/** A stop that brings forth another stop at the same instant more often than this goes in circles. */
const SAME_INSTANT_MAX = 10_000;

export class Driver {
  private readonly deps: DriverDeps;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private flows = false;
  private stopped = false;

  constructor(deps: DriverDeps) {
    this.deps = deps;
  }

  /** Goes to `to`, doing everything due on the way; resolves when all of it is done. */
  advance(to: Instant, feed?: Feed, progress?: (now: Instant) => void): Promise<void> {
    return this.inTurn(() => this.frozen(() => to, feed, progress));
  }

  /** The same, counted from the moment at which its turn comes. */
  advanceBy(ms: number): Promise<void> {
    return this.inTurn(() => this.frozen((now) => now + ms));
  }

  private async frozen(
    target: (now: Instant) => Instant,
    feed?: Feed,
    progress?: (now: Instant) => void,
  ): Promise<void> {
    const { clock } = this.deps;
    clearTimeout(this.timer);
    clock.freeze();
    try {
      await this.drive(target(clock.now()), feed, progress);
    } finally {
      if (this.flows) {
        clock.flow();
        this.arm();
      }
    }
  }

  /** True once it was told to stop: the year is then not over. */
  get ended(): boolean {
    return this.stopped;
  }

  /** From now on the clock runs like the machine's, and what becomes due is done. */
  flow(): void {
    this.flows = true;
    this.deps.clock.flow();
    this.arm();
  }

  stop(): Promise<unknown> {
    this.stopped = true;
    clearTimeout(this.timer);
    return this.turn;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private async drive(to: Instant, feed?: Feed, progress?: (now: Instant) => void): Promise<void> {
    const { clock, activity } = this.deps;
    let same = 0;
    await activity.idle();
    while (!this.stopped) {
      const due = earliest(this.nextDue(), feed?.next());
      const next = due === undefined || !feed ? due : onGrid(due);
      if (next === undefined || next > to) break;
      same = next > clock.now() ? 0 : same + 1;
      if (same > SAME_INSTANT_MAX) throw new Error('the clock does not get on: too much at once');
      clock.freeze(Math.max(next, clock.now()));
      await this.stopHere(feed);
      progress?.(clock.now());
    }
    if (to > clock.now() && !this.stopped) clock.freeze(to);
    await activity.idle();
  }

  /** Everything due at this instant: events from outside first, then messages, then ticks. */
  private async stopHere(feed?: Feed): Promise<void> {
    const { clock, activity, sources, schedules, agenda } = this.deps;
    const now = clock.now();
    await Promise.all([feed?.run(now), agenda.run(now)]);
    for (const source of sources) source.pump();
    await activity.idle();
    for (const schedule of schedules) {
      const due = schedule.next();
      if (due === undefined || due > now) continue;
      await this.tick(schedule, now, feed ? TICKS_A_STOP_MAX : 1);
    }
  }

  /** A tick; and more of them while each gets on and still leaves something that is due. */
  private async tick(schedule: Schedule, now: Instant, ticksMax: number): Promise<void> {
    for (let tick = 0; tick < ticksMax; tick += 1) {
      const before = schedule.left(now);
      await schedule.run(now);
      await this.deps.activity.idle();
      const after = schedule.left(now);
      if (after === '' || after === before) return;
    }
  }

  /** When something is due next, events of a feed aside. */
  nextDue(): Instant | undefined {
    const { queues, schedules, agenda } = this.deps;
    return earliest(
      agenda.next(),
      ...queues.filter(isPolled).map((queue) => queue.nextVisibleAt()),
      ...schedules.map((schedule) => schedule.next()),
    );
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    const next = this.nextDue();
    const wait = next === undefined ? LOOK_AGAIN_MS : next - this.deps.clock.now();
    this.timer = setTimeout(
      () => {
        void this.inTurn(() => this.due()).finally(() => this.arm());
      },
      Math.min(Math.max(wait, 0), LOOK_AGAIN_MS),
    );
  }

  /** While time flows: what is due now, without stopping the clock. */
  private async due(): Promise<void> {
    if (this.stopped) return;
    const next = this.nextDue();
    if (next !== undefined && next <= this.deps.clock.now()) await this.stopHere();
  }
}

/** Dead letters wait for a redrive, not for their visibility. */
const isPolled = (queue: Queue): boolean => queue.plan.redrive !== undefined;
