/**
 * Names of the figures that become CloudWatch metrics (namespace `Perennial`). At most ten: CloudWatch
 * gives ten free, and each further one costs 0.30 USD a month. Every other counter is only a field of the
 * log, where Logs Insights finds it for nothing.
 */
export const FIGURES_NAMESPACE = 'Perennial';

export const FIGURES = {
  /** Events stored by ingest and inbound. */
  eventsLogged: 'EventsLogged',
  /** Events refused: malformed, too large, wrong key. Counters `EventsRejected.<code>` add up to it. */
  eventsRejected: 'EventsRejected',
  mailsSent: 'Mails_sent',
  /** Gauge of sweep: ledger rows that are not settled, due or not. */
  ledgerOpen: 'Ledger_open',
  /**
   * Gauge of sweep: ledger rows open two hours past their due time, held ones not among them; once an hour
   * also events that the audit found unfolded; and each mail that deliver gave up because its template
   * exceeds a limit. All three mean that customers do not get what they should, and alarms are few.
   */
  ledgerOverdue: 'Ledger_overdue',
  /** Mails without evidence for an hour: never sent again by themselves. */
  ledgerUnresolved: 'Ledger_unresolved',
  /** Gauge of sweep: 1 while the brake or the breaker stops marketing, else 0. */
  sendingStopped: 'SendingStopped',
  /** Facts made anew from the log, because the item could not tell an old event from a repeat. */
  factsRebuilt: 'FactsRebuilt',
  /** Events whose log row had gone before they were folded: their time to live ended on the way. */
  eventsGone: 'EventsGone',
} as const;

/** What alarms hear: told at the end of the call that counted it. The others may wait a minute. */
export const AT_ONCE: ReadonlySet<string> = new Set([
  FIGURES.eventsRejected,
  FIGURES.ledgerOverdue,
  FIGURES.sendingStopped,
]);

export const FIGURES_MAX = 10;

const METRICS: ReadonlySet<string> = new Set(Object.values(FIGURES));

/** The metric that a counter adds to: `EventsRejected.too-large` -> `EventsRejected`; none for most. */
export function figureOf(counter: string): string | undefined {
  const name = counter.split('.', 1)[0] ?? counter;
  return METRICS.has(name) ? name : undefined;
}
