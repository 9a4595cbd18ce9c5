/** Every minute: customers who are due -> the wake queue. */
import { type WakeDeps, wake } from '../app/wake.ts';
import { scheduled } from '../runtime/middleware.ts';

export const createHandler = (deps: WakeDeps) => scheduled(() => wake(deps));
