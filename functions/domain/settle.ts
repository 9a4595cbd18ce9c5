/** How long a decision waits for facts of the same moment. */
import { MINUTE_MS } from '../contract/time.ts';

/** A mail that should go at once goes a minute later, so that facts of the same moment are all in. */
export const SETTLE_MS = MINUTE_MS;
