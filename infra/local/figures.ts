/** What the start page counts, from the rows as they are written; made again from the tables at a start. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Message, MessageState } from '../../functions/contract/messages.ts';
import type { ChurnRisk } from '../../functions/contract/predictions.ts';
import type { DecisionReason, Outcome, ReasonCode } from '../../functions/contract/reasons.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Group } from '../../functions/domain/lift.ts';
import { CHURN_ALARM } from '../../functions/domain/wake/risk.ts';
import type { Item } from './data/dynoxide.ts';

/** Orders count for a mail, or for the mail that was held out, so long after. */
const ORDER_WINDOW_MS = 7 * DAY_MS;
const RECENT_MAX = 60;

export type Decided = DecisionReason & { customerId: string };

/** The decision that a ledger row stands for, whatever became of the mail since. */
export const plannedOf = (message: Message): Decided => ({
  at: message.plannedAt,
  customerId: message.customerId,
  journey: message.journey,
  step: message.step,
  occasion: message.occasion,
  outcome: 'planned',
  reason: { code: 'due' },
  messageId: message.id,
});

export type StepFigures = {
  journey: string;
  step: string;
  planned: number;
  sent: number;
  heldOut: number;
  clicked: number;
  unsubscribed: number;
  complained: number;
  /** Occasions that ended without a mail, by the code of their reason. */
  stopped: { [code in ReasonCode]?: number };
  /** Of customers, not of mails. */
  mailed: Group;
  held: Group;
  /** The same by how likely customers were lost when it was decided; `unknown` where nobody could tell. */
  bands: { risk: Band; mailed: Group; held: Group }[];
};
export type Band = ChurnRisk | 'unknown';
const BANDS: readonly Band[] = ['low', 'medium', 'high', 'unknown'];

/** What ends an occasion without a mail: before there is a row of the ledger, and in it. */
const STOPS: ReadonlySet<Outcome> = new Set(['lapsed', 'cancelled', 'suppressed', 'held-out']);
const STOPPED: ReadonlySet<MessageState> = new Set(['SUPPRESSED', 'FAILED', 'UNRESOLVED']);

type Occasion = { customerId: string; at: Instant; risk?: ChurnRisk | undefined };
type Groups = { [band in Band]: Group } & { all: Group };
type StepRows = {
  planned: Set<string>;
  sent: Map<string, Occasion>;
  held: Map<string, Occasion>;
  clicked: Set<string>;
  unsubscribed: Set<string>;
  complained: Set<string>;
};

export class Figures {
  private readonly steps = new Map<string, StepRows>();
  /** By step, then by customer and occasion; waits, which have no figures of their own, as well. */
  private readonly stops = new Map<string, Map<string, ReasonCode>>();
  private readonly messages = new Map<string, Message>();
  /** Order times by customer (alias of the event; the same as the customer's id until merges come). */
  private readonly orders = new Map<string, Instant[]>();
  private readonly customers = new Set<string>();
  private readonly events = new Map<string, number>();
  private recent: Decided[] = [];
  private alarms: Decided[] = [];

  /** A row of the log table. */
  logged(row: Item): void {
    const name = row['name']?.S ?? '';
    this.events.set(name, (this.events.get(name) ?? 0) + 1);
    const alias = (row['pk']?.S ?? '').replace('ALIAS#', '');
    const at = Date.parse(row['occurredAt']?.S ?? '');
    if (name === 'Order Completed') {
      this.orders.set(alias, [...(this.orders.get(alias) ?? []), at]);
    }
    const leaves = name === 'Consent Withdrawn' || name === 'Email Marked as Spam';
    if (leaves) this.left(name, alias, at, row['body']?.S);
  }

  /** A withdrawal or complaint belongs to the mail that it names, else to the latest one. */
  private left(name: string, alias: string, at: Instant, body: string | undefined): void {
    const named = /"message_?[iI]d":"([^"]+)"/.exec(body ?? '')?.[1];
    const message = (named && this.messages.get(named)) || this.latestSent(alias, at);
    if (!message) return;
    const rows = this.rowsOf(message.journey, message.step);
    (name === 'Consent Withdrawn' ? rows.unsubscribed : rows.complained).add(message.id);
  }

  private latestSent(customerId: string, at: Instant): Message | undefined {
    let latest: Message | undefined;
    for (const message of this.messages.values()) {
      if (message.customerId !== customerId || message.sentAt === undefined) continue;
      if (message.sentAt <= at && message.sentAt > (latest?.sentAt ?? 0)) latest = message;
    }
    return latest;
  }

  /** A row of the state table. */
  stored(row: Item): void {
    const sk = row['sk']?.S ?? '';
    // Without what only points to the customer that somebody is now.
    if (sk === 'STATE' && !row['mergedInto'])
      this.customers.add((row['pk']?.S ?? '').replace('CUSTOMER#', ''));
    if (sk.startsWith('MESSAGE#')) this.message(unmarshall(row as never) as Message);
    if (sk.startsWith('DECISION#')) {
      const { customerId, reasons } = unmarshall(row as never) as {
        customerId: string;
        reasons: DecisionReason[];
      };
      for (const reason of reasons) this.decided({ ...reason, customerId });
    }
  }

  private message(message: Message): void {
    // A mail's row is what tells that it was planned.
    if (!this.messages.has(message.id)) this.decided(plannedOf(message));
    this.messages.set(message.id, message);
    const rows = this.rowsOf(message.journey, message.step);
    rows.planned.add(message.id);
    if (message.state === 'SENT') {
      const at = message.sentAt ?? message.plannedAt;
      rows.sent.set(message.id, { customerId: message.customerId, at, risk: message.risk });
    }
    const { state, reason } = message;
    this.ended(message, reason && STOPPED.has(state) ? reason.code : undefined);
  }

  /** How an occasion ended: `undefined` where its mail went, or still may. */
  private ended(about: Omit<Decided, 'reason' | 'outcome' | 'at'>, code?: ReasonCode): void {
    const step = `${about.journey}\n${about.step}`;
    const occasion = `${about.customerId} ${about.occasion}`;
    if (code === undefined) return void this.stops.get(step)?.delete(occasion);
    const stops = this.stops.get(step) ?? new Map<string, ReasonCode>();
    this.stops.set(step, stops.set(occasion, code));
  }

  private decided(decided: Decided): void {
    const { journey, step, outcome, at, customerId, occasion, reason } = decided;
    if (outcome === 'held-out') {
      const risk = reason['risk'] as ChurnRisk | undefined;
      this.rowsOf(journey, step).held.set(`${customerId} ${occasion}`, { customerId, at, risk });
    }
    if (STOPS.has(outcome)) this.ended(decided, reason.code);
    if (journey === CHURN_ALARM && reason.code === 'risk-changed') this.alarms.push(decided);
    if (this.alarms.length > RECENT_MAX * 2) this.alarms = this.lastAlarms(RECENT_MAX);
    this.recent.push(decided);
    if (this.recent.length > RECENT_MAX * 2) {
      this.recent = this.recent.sort((a, b) => a.at - b.at).slice(-RECENT_MAX);
    }
  }

  private rowsOf(journey: string, step: string): StepRows {
    const key = `${journey}\n${step}`;
    let rows = this.steps.get(key);
    if (!rows) {
      rows = {
        planned: new Set(),
        sent: new Map(),
        held: new Map(),
        clicked: new Set(),
        unsubscribed: new Set(),
        complained: new Set(),
      };
      this.steps.set(key, rows);
    }
    return rows;
  }

  /** Somebody followed a link of this mail. */
  clicked(ledgerId: string): void {
    const message = this.messages.get(ledgerId);
    if (message) this.rowsOf(message.journey, message.step).clicked.add(ledgerId);
  }

  messageOf(id: string): Message | undefined {
    return this.messages.get(id);
  }

  /** Newest first. */
  lastDecisions(limit: number): Decided[] {
    return [...this.recent].sort((a, b) => b.at - a.at).slice(0, limit);
  }

  /** Changes of churn risk that were told, newest first. */
  lastAlarms(limit: number): Decided[] {
    return [...this.alarms].sort((a, b) => b.at - a.at).slice(0, limit);
  }

  byState(): { [state in MessageState]?: number } {
    const counts: { [state in MessageState]?: number } = {};
    for (const { state } of this.messages.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  totals(): { customers: number; events: number; orders: number } {
    const events = [...this.events.values()].reduce((sum, count) => sum + count, 0);
    return {
      customers: this.customers.size,
      events,
      orders: this.events.get('Order Completed') ?? 0,
    };
  }

  /** By journey and step, as they stand in the files or as they came up. */
  perStep(): StepFigures[] {
    return [...this.steps]
      .map(([key, rows]) => {
        const [journey = '', step = ''] = key.split('\n');
        const mailed = this.orderedAfter(rows.sent.values());
        const held = this.orderedAfter(rows.held.values());
        return {
          journey,
          step,
          planned: rows.planned.size,
          sent: rows.sent.size,
          heldOut: rows.held.size,
          clicked: rows.clicked.size,
          unsubscribed: rows.unsubscribed.size,
          complained: rows.complained.size,
          stopped: countsOf(this.stops.get(key)?.values() ?? []),
          mailed: mailed.all,
          held: held.all,
          bands: BANDS.map((risk) => ({ risk, mailed: mailed[risk], held: held[risk] })),
        };
      })
      .filter(({ step }) => step !== '');
  }

  /** Each customer once, from the first occasion on, and in its band. */
  private orderedAfter(occasions: Iterable<Occasion>): Groups {
    const first = new Map<string, Occasion>();
    for (const occasion of occasions) {
      const known = first.get(occasion.customerId);
      if (!known || occasion.at < known.at) first.set(occasion.customerId, occasion);
    }
    const none = (): Group => ({ customers: 0, ordered: 0 });
    const groups: Groups = {
      all: none(),
      low: none(),
      medium: none(),
      high: none(),
      unknown: none(),
    };
    for (const { customerId, at, risk = 'unknown' } of first.values()) {
      const orders = this.orders.get(customerId) ?? [];
      const ordered = orders.some((time) => time > at && time <= at + ORDER_WINDOW_MS);
      for (const group of [groups.all, groups[risk]]) {
        group.customers += 1;
        if (ordered) group.ordered += 1;
      }
    }
    return groups;
  }
}

function countsOf(codes: Iterable<ReasonCode>): { [code in ReasonCode]?: number } {
  const counts: { [code in ReasonCode]?: number } = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
