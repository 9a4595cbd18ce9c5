/** Counts what is under way, so that "everything is done" is an event and never a poll. */
export class Activity {
  private running = 0;
  private waiting: (() => void)[] = [];

  get busy(): boolean {
    return this.running > 0;
  }

  begin(): void {
    this.running += 1;
  }

  end(): void {
    this.running -= 1;
    if (this.running > 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Runs the work as part of what is under way. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running > 0) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }
}
