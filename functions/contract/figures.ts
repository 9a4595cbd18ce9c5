/**
 * Names of the figures that functions count and alarms watch (CloudWatch namespace `Perennial`). At most
 * ten exist: more would cost 0.30 USD a month each.
 */
export const FIGURES_NAMESPACE = 'Perennial';

export const FIGURES = {
  /** Events stored by ingest and inbound. */
  eventsStored: 'EventsStored',
  /** Events refused: malformed, too large, wrong key. Kept in the reject list. */
  eventsRejected: 'EventsRejected',
  /** Gauge of sweep: ledger rows open two hours past their due time; held ones are not among them. */
  openOverdue: 'OpenOverdue',
  /** Gauge of sweep: events logged and not yet folded, of hours that should be done. */
  eventsNotFolded: 'EventsNotFolded',
  /** Gauge of sweep: 1 while a brake or breaker stops marketing, else 0. */
  sendingStopped: 'SendingStopped',
  /** Facts made anew from the log, because the item could not tell an old event from a repeat. */
  factsRebuilt: 'FactsRebuilt',
  /** Events whose log row had gone before they were folded: their time to live ended on the way. */
  eventsGone: 'EventsGone',
  mailsSent: 'MailsSent',
  mailsUnresolved: 'MailsUnresolved',
} as const;

export const FIGURES_MAX = 10;
