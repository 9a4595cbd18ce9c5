/** Every five minutes: what a queue, a stream or a crash lost; once an hour a part of the log is audited. */
import { auditHourly, type HourlyAuditDeps } from '../app/audit.ts';
import { type SweepDeps, sweep } from '../app/sweep.ts';
import { scheduled } from '../runtime/middleware.ts';

export type SweepHandlerDeps = SweepDeps & {
  audit?: HourlyAuditDeps;
  /** The deployed release becomes the first publication. */
  adopt?: () => Promise<void>;
};

export const createHandler = (deps: SweepHandlerDeps) =>
  scheduled(async () => {
    const now = deps.clock.now();
    await sweep(deps);
    await deps.adopt?.();
    if (deps.audit) await auditHourly(deps.audit, now);
  });
