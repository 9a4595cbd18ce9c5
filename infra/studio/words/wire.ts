/** What the words table and its script in the browser say to each other. Types alone: both sides read them. */
import type { Text } from '../../../functions/contract/release.ts';
import type { Wrong } from './wrong.ts';

/** Asked while somebody types: field `key`, `locale`, and the forms. */
export type CheckAnswer = { wrong: Wrong[] };

export type SaveAnswer =
  /** The tag to save from next time, and what is to be said beside this word in each language now. */
  | { saved: { tag: string }; wrong: { [locale: string]: Wrong[] } }
  | { refused: Wrong[] }
  | { conflict: { text: Text | undefined; tag: string; by?: string } };
