/**
 * What one mail may use up while it is rendered. Whatever a template does is counted, so that a mail that fits
 * once fits on every machine; time only stops what counting did not foresee.
 */

/** Characters of one part: the longest HTML that may be sent, and room for Liquid in it. */
export const PARSE_CHARS_MAX = 256 * 1024;
/**
 * Tags and outputs of one part; a shipped mail has 20 to 80. liquidjs takes them from a list one by one, and a
 * list of ten times as many is copied each time: seconds.
 */
export const PARSE_TAGS_MAX = 5_000;
/**
 * Text pieces, outputs, tags, filters and comparisons of a mail, loops unrolled. A shipped mail takes 80 to 400;
 * so many take some 20 ms.
 */
export const STEPS_MAX = 20_000;
/** Of the processor. A mail takes below 1 ms, some 50 ms in a process that just began; the queue must go on. */
export const RENDER_MS_MAX = 1_000;
/**
 * Characters and items of lists that are made on the way, the mail itself among them: a shipped mail makes
 * 17,000, the longest that may be sent ten times less than this.
 */
export const MEMORY_MAX = 1_000_000;
/** Tags within tags. Deeper ones cannot be read any more, and would use up the stack at some time. */
export const DEPTH_MAX = 50;
/**
 * Numbers of `(a..b)`. Beyond 2^53 the next number is the same number, and a loop over them never ends.
 */
export const RANGE_BOUND_MAX = 10_000;
/** RFC 5322's longest line. What an inbox shows is cut far below it; only a loop writes more. */
export const HEADER_CHARS_MAX = 998;
/** Links and pictures of a mail; a shipped one has 1 to 14. Only a loop writes more, and filters take it for spam. */
export const LINKS_MAX = 250;

export type Part = 'subject' | 'preheader' | 'html' | 'text';
export type LimitName =
  | 'template-chars'
  | 'template-tags'
  | 'steps'
  | 'milliseconds'
  | 'memory'
  | 'depth'
  | 'range'
  | 'header-chars'
  | 'html-bytes'
  | 'text-bytes'
  | 'links';

/** Which limit stopped a mail. Names and numbers only: nothing that was rendered. */
export type OverLimit = {
  limit: LimitName;
  most: number;
  /** As far as it was counted; what was stopped on the way may have become any number. */
  got?: number;
  part?: Part;
};

export class LimitReached extends Error {
  readonly over: OverLimit;
  constructor(limit: LimitName, most: number, got?: number) {
    const seen = got === undefined ? 'more' : String(got);
    super(`limit of ${limit}: got ${seen}, at most ${most}`);
    this.name = 'LimitReached';
    this.over = { limit, most, ...(got !== undefined && { got }) };
  }
}

/** Items that are compared one by one take as long as a step by eights, characters by thousands. */
const ITEMS_A_STEP = 8;
const CHARS_A_STEP = 1024;
/** The clock is asked now and then: it takes longer than most steps. */
const STEPS_A_LOOK = 32;

/** What is left for one mail. liquidjs takes it for its own limiter of memory. */
export class Budget {
  private steps = 0;
  private looked = 0;
  private memory = 0;
  private depth = 0;
  private readonly began = process.threadCpuUsage();
  private readonly until = performance.now() + RENDER_MS_MAX;

  step(weight = 1): void {
    this.steps += weight;
    if (this.steps > STEPS_MAX) throw new LimitReached('steps', STEPS_MAX);
    this.looked += 1;
    if (this.looked % STEPS_A_LOOK === 0 && performance.now() > this.until) this.lookAtTime();
  }

  /** Only the mail's own time counts: no mail fails because a busy machine or a frozen process let it wait. */
  private lookAtTime(): void {
    const { user, system } = process.threadCpuUsage(this.began);
    if ((user + system) / 1000 > RENDER_MS_MAX) {
      throw new LimitReached('milliseconds', RENDER_MS_MAX);
    }
  }

  /** Before two values are compared. */
  compare(one: unknown, other: unknown): void {
    this.step(1 + weightOf(one) + weightOf(other));
  }

  /** Characters or items that were made, or are about to be. */
  use(count: number): void {
    // Not a number is what liquidjs counts for a range that has none.
    if (!(count > 0)) return;
    this.memory += count;
    if (this.memory > MEMORY_MAX) throw new LimitReached('memory', MEMORY_MAX);
  }

  enter(): void {
    this.depth += 1;
    if (this.depth > DEPTH_MAX) throw new LimitReached('depth', DEPTH_MAX);
  }

  leave(): void {
    this.depth -= 1;
  }
}

/** A context of liquidjs is made with the budget of its mail in the place of the library's own limiter. */
export const budgetOf = (context: { memoryLimit: unknown }): Budget =>
  context.memoryLimit as Budget;

function weightOf(value: unknown): number {
  if (typeof value === 'string') return Math.floor(value.length / CHARS_A_STEP);
  return Array.isArray(value) ? Math.floor(value.length / ITEMS_A_STEP) : 0;
}

/** What is written of a part, or of a `capture` in it. Stops as soon as it is too long to be sent. */
export class Collector {
  buffer = '';
  private readonly budget: Budget;
  private readonly most: number;
  private readonly limit: LimitName;

  constructor(budget: Budget, limit: LimitName = 'memory', most = MEMORY_MAX) {
    this.budget = budget;
    this.limit = limit;
    this.most = most;
  }

  write(value: unknown): void {
    const text = typeof value === 'string' ? value : String(value ?? '');
    this.budget.use(text.length);
    this.buffer += text;
    // A character is at least a byte.
    if (this.buffer.length > this.most) throw new LimitReached(this.limit, this.most);
  }
}
