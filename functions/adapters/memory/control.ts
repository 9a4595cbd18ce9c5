/** Pauses, breaker and counters in memory: for tests. Held to the same suite as DynamoDB's. */
import type { Control, ControlState } from '../../app/control.ts';
import type { DayCount } from '../../domain/brake.ts';

export function memoryControl(): Control & {
  pause(journey: string): Promise<void>;
  resume(journey: string): Promise<void>;
  state: ControlState;
} {
  const state: ControlState = { paused: [], days: [] };
  const rowOf = (day: string): DayCount => {
    const found = state.days.find((row) => row.day === day);
    if (found) return found;
    const row = { day, sent: 0, bounces: 0, complaints: 0 };
    state.days.push(row);
    return row;
  };
  return {
    state,
    read: async () => structuredClone(state),
    pause: async (journey) => {
      state.paused = [...new Set([...state.paused, journey])].sort();
    },
    resume: async (journey) => {
      state.paused = state.paused.filter((id) => id !== journey);
    },
    openBreaker: async (breaker) => {
      state.breaker = { ...breaker, since: state.breaker?.since ?? breaker.since };
    },
    takeProbe: async (was, probeAt) => {
      if (state.breaker?.probeAt !== was.probeAt) return false;
      state.breaker = { ...state.breaker, probeAt };
      return true;
    },
    closeBreaker: async ({ since }) => {
      if (state.breaker?.since === since) delete state.breaker;
    },
    reserve: async (day, mails, ceiling) => {
      const row = rowOf(day);
      if (row.sent + mails > ceiling) return false;
      row.sent += mails;
      row.ceiling ??= ceiling;
      return true;
    },
    count: async (day, what) => {
      rowOf(day)[what] += 1;
    },
  };
}
