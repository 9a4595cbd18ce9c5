/**
 * Properties draw the same cases on every machine, so that a red run means a change and can be repeated.
 * `PERENNIAL_SEED=random npx vitest run` draws new ones; a failure prints its seed, to be given back here.
 */
import * as fc from 'fast-check';

const FIXED = 20_261_121;
const wish = process.env['PERENNIAL_SEED'];

if (wish !== 'random') fc.configureGlobal({ seed: wish ? Number(wish) : FIXED });
