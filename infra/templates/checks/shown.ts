/** One rendered mail, as the checks of rendered mails get it, and what they say of it. */
import type { Written } from '../../../functions/app/render.ts';
import type { RuleId } from './rules.ts';

export type Shown = { mail: Written; marketing: boolean };

/** Where in a rendered mail: a start tag by number, or a piece of text that its template holds as well. */
export type Spot = { tag: number } | { text: string } | { front: string };

/** What is wrong with a rendered mail; its line is looked up only when there is something to tell. */
export type Flaw = { rule: RuleId; spot: Spot; got: string; wanted: string };
