/** What checks of rendered mails say. */
import type { RuleId } from './rules.ts';

/**
 * Where: a start tag of the rendered mail by number, a piece of text that its template holds as well, a key
 * above the mail, where rendering stopped, or all of it.
 */
export type Spot =
  | { tag: number }
  | { text: string }
  | { front: string }
  | { failed: true }
  | { whole: true };

/** What is wrong with a rendered mail; its line is looked up only when there is something to tell. */
export type Flaw = { rule: RuleId; spot: Spot; got: string; wanted: string };
