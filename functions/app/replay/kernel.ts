/** The kernel as it runs live, for replay: pure code and nothing else. */
import { emptyCustomer } from '../../domain/customer.ts';
import { decide, rebuildFacts } from '../../domain/decide.ts';
import { FREE_CONTROLS, judge } from '../../domain/judge.ts';
import { narrowingOf } from '../narrow.ts';
import type { Kernel } from '../replay.ts';

/** Nobody pauses a replay, and no quota ends. */
export const KERNEL: Kernel = {
  empty: emptyCustomer,
  decide,
  rebuildFacts,
  narrow: (gate, event) => narrowingOf(event)?.(gate) ?? gate,
  judge: (message, gate, customer, policy, now) =>
    judge(message, gate, customer, policy, FREE_CONTROLS, now),
};
