/** Things from outside that will happen at known virtual times: what made-up customers do with a mail. */
import type { Instant } from '../../../functions/contract/time.ts';

type Entry = { at: Instant; number: number; run(): Promise<void> };

export class Agenda {
  private entries: Entry[] = [];
  private count = 0;

  add(at: Instant, run: () => Promise<void>): void {
    this.count += 1;
    const entry = { at, number: this.count, run };
    const index = this.entries.findIndex((other) => other.at > at);
    if (index < 0) this.entries.push(entry);
    else this.entries.splice(index, 0, entry);
  }

  next(): Instant | undefined {
    return this.entries[0]?.at;
  }

  /** Runs everything due, all at once: people do not wait for each other. */
  async run(now: Instant): Promise<void> {
    const index = this.entries.findIndex(({ at }) => at > now);
    const due = this.entries.splice(0, index < 0 ? this.entries.length : index);
    await Promise.all(due.map((entry) => entry.run()));
  }
}
