/**
 * The virtual clock: 24 bytes that all threads share. Frozen it stands at `base`; flowing it runs with
 * the machine's clock from `base` on.
 */
import type { Instant } from '../../functions/contract/time.ts';

/** [mode 0 frozen | 1 flowing, base (virtual ms), real ms at which `base` was set]. */
export type ClockMemory = SharedArrayBuffer;
const [MODE, BASE, SINCE] = [0, 1, 2];
const FLOWING = 1;
const BYTES = 24;

/** The machine's own clock, kept before anything replaces `Date`. */
const realNow = Date.now.bind(Date);

/** What the shared memory says now. A torn read is off by one stop at most: writers write SINCE last. */
export function readClock(memory: ClockMemory): Instant {
  const cells = new Float64Array(memory);
  const base = cells[BASE] ?? 0;
  return cells[MODE] === FLOWING ? Math.floor(base + realNow() - (cells[SINCE] ?? 0)) : base;
}

export class VirtualClock {
  readonly memory: ClockMemory;
  private readonly cells: Float64Array;

  constructor(start: Instant, memory: ClockMemory = new SharedArrayBuffer(BYTES)) {
    this.memory = memory;
    this.cells = new Float64Array(memory);
    this.freeze(start);
  }

  now(): Instant {
    return readClock(this.memory);
  }

  get flowing(): boolean {
    return this.cells[MODE] === FLOWING;
  }

  /** Stands still at `at` until told otherwise. Going back is refused: timestamps would repeat. */
  freeze(at?: Instant): void {
    // Read once: a flowing clock may be a millisecond further at a second look.
    const now = this.now();
    if (at !== undefined && at < now) throw new Error(`clock: got ${at}, wanted at least ${now}`);
    this.cells[BASE] = at ?? now;
    this.cells[MODE] = 0;
  }

  /** Runs on with the machine's clock from where it stands. */
  flow(): void {
    this.cells[BASE] = this.now();
    this.cells[SINCE] = realNow();
    this.cells[MODE] = FLOWING;
  }
}

/** Replaces `Date` in this thread, before the bundle is imported. Timers stay real. */
export function patchDate(memory: ClockMemory): void {
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...parts: unknown[]) {
      if (parts.length === 0) super(readClock(memory));
      else super(...(parts as [number]));
    }
    static override now(): number {
      return readClock(memory);
    }
  }
  globalThis.Date = VirtualDate as DateConstructor;
}
