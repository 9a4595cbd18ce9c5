import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import type { ChurnRisk } from '../../../functions/contract/predictions.ts';
import { DAY_MS, iso } from '../../../functions/contract/time.ts';
import { Figures, type StepFigures } from '../../../infra/local/figures.ts';
import { liftByRisk } from '../../../infra/local/web/lift.ts';

const T0 = Date.parse('2026-01-05T09:00:00Z');

/** A mailed or held-out customer at a risk, with or without an order in the week after. */
class Shop {
  readonly figures = new Figures();
  private count = 0;
  add(kind: 'mailed' | 'held', ordered: boolean, risk?: ChurnRisk, at = T0): this {
    this.count += 1;
    this.one(`customer-${this.count}`, kind, risk, at);
    if (ordered) this.order(`customer-${this.count}`, at + DAY_MS);
    return this;
  }
  many(kind: 'mailed' | 'held', customers: number, ordered: number, risk?: ChurnRisk): this {
    for (let index = 0; index < customers; index += 1) this.add(kind, index < ordered, risk);
    return this;
  }
  one(customerId: string, kind: 'mailed' | 'held', risk?: ChurnRisk, at = T0): void {
    const about = { journey: 'win-back', step: 'hello', occasion: `${customerId}@${at}` };
    const told = risk && { risk };
    if (kind === 'mailed') {
      const id = `m-${customerId}-${at}`;
      const row = { ...about, id, customerId, state: 'SENT', plannedAt: at, sentAt: at, ...told };
      this.put({ pk: `CUSTOMER#${customerId}`, sk: `MESSAGE#${id}`, ...row });
    } else {
      const reason = { code: 'holdout-journey', ...told };
      const reasons = [{ at, ...about, outcome: 'held-out', reason }];
      this.put({ pk: `CUSTOMER#${customerId}`, sk: `DECISION#${at}`, customerId, reasons });
    }
  }
  order(customerId: string, at: number): void {
    const row = { pk: `ALIAS#${customerId}`, name: 'Order Completed', occurredAt: iso(at) };
    this.figures.logged(marshall(row) as never);
  }
  put(row: object): void {
    this.figures.stored(marshall(row) as never);
  }
  get step(): StepFigures {
    return this.figures.perStep()[0] as StepFigures;
  }
}

const shown = async (shop: Shop): Promise<string> =>
  String(await liftByRisk([shop.step])).replaceAll(/\s+/g, ' ');

describe('lift by risk', () => {
  it('counts each customer once, in the band of the first occasion', () => {
    const shop = new Shop()
      .add('mailed', true, 'high')
      .add('mailed', false, 'low')
      .add('held', true);
    shop.one('customer-1', 'mailed', 'low', T0 + 2 * DAY_MS);
    const { bands, mailed, held } = shop.step;
    expect(bands).toEqual([
      { risk: 'low', mailed: { customers: 1, ordered: 0 }, held: { customers: 0, ordered: 0 } },
      { risk: 'medium', mailed: { customers: 0, ordered: 0 }, held: { customers: 0, ordered: 0 } },
      { risk: 'high', mailed: { customers: 1, ordered: 1 }, held: { customers: 0, ordered: 0 } },
      { risk: 'unknown', mailed: { customers: 0, ordered: 0 }, held: { customers: 1, ordered: 1 } },
    ]);
    for (const kind of ['customers', 'ordered'] as const) {
      const sum = (side: 'mailed' | 'held') =>
        bands.reduce((total, band) => total + band[side][kind], 0);
      expect([sum('mailed'), sum('held')]).toEqual([mailed[kind], held[kind]]);
    }
  });

  it('shows bands with lift, without, with harm, and with too few to tell', async () => {
    const shop = new Shop()
      .many('mailed', 300, 60, 'medium')
      .many('held', 200, 10, 'medium')
      .many('mailed', 300, 12, 'high')
      .many('held', 200, 8, 'high')
      .many('mailed', 300, 15, 'low')
      .many('held', 200, 40, 'low')
      .many('mailed', 30, 15)
      .many('held', 20, 1);
    const page = await shown(shop);
    expect(page).toMatch(
      /Low.*?drives away.*?Medium.*?>lift<.*?High.*?no lift to be seen.*?Cannot tell.*?cannot tell yet/,
    );
    expect(page).toContain('+15.0 points (+9.');
    expect(page).toContain('20.0% <small>of 300</small>');
  });

  it('says nothing while no model has told one risk from another', async () => {
    expect(await shown(new Shop().many('mailed', 300, 60).many('held', 200, 10))).toBe('');
  });
});

describe('mails that were not sent', () => {
  it('are counted by the reason, each occasion once, and no more when the mail goes after all', () => {
    const shop = new Shop().many('mailed', 2, 0).many('held', 3, 0);
    const about = { journey: 'win-back', step: 'hello', customerId: 'customer-9', occasion: 'o' };
    const row = {
      ...about,
      id: 'm-9',
      plannedAt: T0,
      pk: 'CUSTOMER#customer-9',
      sk: 'MESSAGE#m-9',
    };
    const suppressed = { ...row, state: 'SUPPRESSED', reason: { code: 'topic-left' } };
    shop.put(suppressed);
    shop.put(suppressed);
    expect(shop.step.stopped).toEqual({ 'holdout-journey': 3, 'topic-left': 1 });
    shop.put({ ...row, state: 'SENT', sentAt: T0 });
    expect(shop.step.stopped).toEqual({ 'holdout-journey': 3 });
  });

  it('make no step of a wait in which a run was cancelled', () => {
    const shop = new Shop().add('mailed', false);
    const reason = { code: 'cancel-event' };
    const stop = { at: T0, journey: 'win-back', step: 'two-weeks', occasion: 'o' };
    const reasons = [{ ...stop, outcome: 'cancelled', reason }];
    shop.put({ pk: 'CUSTOMER#c', sk: 'DECISION#1', customerId: 'c', reasons });
    expect(shop.figures.perStep().map(({ step }) => step)).toEqual(['hello']);
  });
});
