/** Every five minutes: what a queue, a stream or a crash lost. */
import { type SweepDeps, sweep } from '../app/sweep.ts';
import { scheduled } from '../runtime/middleware.ts';

export const createHandler = (deps: SweepDeps) => scheduled(() => sweep(deps));
