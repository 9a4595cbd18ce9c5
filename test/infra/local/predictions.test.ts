import { describe, expect, it } from 'vitest';
import type { WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { Model } from '../../../functions/contract/predictions.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { type Customer, emptyCustomer, type Line } from '../../../functions/domain/customer.ts';
import { rowsOfDays } from '../../../functions/domain/prediction/cells/from-days.ts';
import { type BaseReport, baseReport } from '../../../functions/domain/prediction/report.ts';
import { learnWhat } from '../../../functions/domain/prediction/what/learn.ts';
import {
  basketsOfCustomer,
  basketsOfDays,
} from '../../../functions/domain/prediction/when/baskets.ts';
import { learnWhen } from '../../../functions/domain/prediction/when/learn.ts';
import { fitWho } from '../../../functions/domain/prediction/who/fit.ts';
import { panelFromDays } from '../../../functions/domain/prediction/who/panel-from-days.ts';
import { predictRow } from '../../../functions/domain/prediction/who/predict.ts';
import { stages } from '../../../infra/config.ts';
import { toldIn, viewOf } from '../../../infra/local/customer-view.ts';
import type { BaseView } from '../../../infra/local/predictions.ts';
import { customerPage } from '../../../infra/local/web/customer.ts';
import { localApp, type WebDeps } from '../../../infra/local/web/server.ts';
import { predictionsPage } from '../../../infra/local/web/predictions.ts';
import { money } from '../../../infra/local/web/words.ts';
import { checkStage } from '../../../infra/stage-config.ts';
import { orderLines } from '../../builders/order-files.ts';

const { settings } = checkStage('dev', stages.dev);
const byCustomer = Map.groupBy(orderLines(300, 400), (line) => line.split(',')[0]);
const shopDays = [...byCustomer.values()].map((lines) =>
  [...new Set(lines.map((line) => Date.parse(line.split(',')[1] as string) / DAY_MS))].sort(
    (a, b) => a - b,
  ),
);
const TODAY = Math.max(...shopDays.flat());
const NOW = (TODAY + 0.5) * DAY_MS;

function model(days: readonly (readonly number[])[] = shopDays): Model {
  const { horizonDays } = settings.churn;
  const panel = panelFromDays(days, { until: TODAY, horizonDays });
  return {
    id: 'model',
    from: NOW - DAY_MS,
    who: fitWho(panel, { horizonDays }),
    when: learnWhen(
      undefined,
      days.flatMap((some) => basketsOfDays(some)),
    ),
  };
}
const MODEL = model();

const customer = (days: readonly number[]): Customer => {
  const empty = emptyCustomer('customer-1');
  const orders = days.map((day, at) => ({
    id: `order-${at}`,
    placed: { at: day * DAY_MS },
    total: 5_000,
    currency: 'EUR',
  }));
  return { ...empty, version: 1, facts: { ...empty.facts, orders } };
};
const DAYS = [TODAY - 200, TODAY - 150, TODAY - 90, TODAY - 40];
const view = (models: Model[] = [MODEL], days = DAYS) =>
  viewOf(customer(days), { settings, models }, NOW, { told: [] });
const text = async (body: ReturnType<typeof customerPage>) => String(await body);

describe('what a page shows of a customer', () => {
  it('follows P(active) from the first order to today, and upwards with each order', () => {
    const { curve, days } = view();
    expect(days).toEqual(DAYS);
    expect(curve[0]?.day).toBe(DAYS[0]);
    expect(curve.at(-1)?.day).toBe(TODAY);
    for (const day of DAYS.slice(1)) {
      const [before, after] = curve.filter((point) => point.day === day);
      expect(after?.p).toBeGreaterThan(before?.p ?? 1);
    }
    for (const { p, low, high } of curve) expect(low <= p && p <= high).toBe(true);
  });

  it('goes on from today without orders, past the alarms of the coming year', () => {
    const { ahead, coming, curve } = view();
    expect(ahead[0]).toEqual(curve.at(-1));
    expect(ahead.at(-1)?.p).toBeLessThan(ahead[0]?.p ?? 0);
    const within = coming.filter(({ day }) => day <= TODAY + 365);
    expect(within.length).toBeGreaterThan(0);
    for (const { day } of within) expect(ahead.at(-1)?.day).toBeGreaterThan(day);
  });

  it('tells what it can without a model, and before it counts', () => {
    for (const models of [[], [{ ...MODEL, from: NOW + 1 }]]) {
      expect(view(models)).toMatchObject({
        who: undefined,
        model: undefined,
        curve: [],
        coming: [],
      });
    }
    expect(view([MODEL], [])).toMatchObject({ days: [], who: undefined, next: undefined });
  });

  it('takes the alarm out of all that was decided', () => {
    const reason = { code: 'risk-changed', from: 'low', to: 'high', because: 'silence' } as const;
    const about = { at: 5, step: '', occasion: '', outcome: 'emitted' as const };
    expect(
      toldIn([
        { ...about, journey: 'churn-alarm', reason },
        { ...about, journey: 'win-back', reason: { code: 'due' } },
      ]),
    ).toEqual([{ at: 5, from: 'low', to: 'high', because: 'silence' }]);
  });
});

describe('products of a customer', () => {
  const lines = (days: readonly number[]): Customer => {
    const { facts, ...rest } = customer(days);
    const orders = facts.orders.map((order) => ({ ...order, lines: [['candle', 1] as Line] }));
    return { ...rest, facts: { ...facts, orders: orders.toReversed() } };
  };
  const baskets = shopDays.flatMap((days) =>
    basketsOfCustomer(days.map((day) => ({ product: 'candle', day, quantity: 1 }))),
  );
  const what = learnWhat(undefined, baskets);
  const candle = { id: 'candle', title: 'A <b>candle</b>', available: true, consumed: true };
  const products = (available: boolean) => ({
    what,
    catalogue: new Map([['candle', { ...candle, available }]]),
  });
  const shown = (available = true) =>
    viewOf(lines(DAYS), { settings, models: [MODEL] }, NOW, {
      told: [],
      products: products(available),
    });

  it('are those bought with a rhythm, and those they may like, by their names', async () => {
    const { due, picks } = shown().products;
    expect(due).toMatchObject([{ product: 'candle', name: 'A <b>candle</b>', purchases: 4 }]);
    expect(due[0]?.low).toBeGreaterThan(TODAY);
    expect(picks).toMatchObject([{ name: 'A <b>candle</b>', why: 'they bought it before' }]);
    const page = await text(customerPage(shown(), 0));
    expect(page).toContain('What they may need again');
    expect(page).toContain('they bought it before');
    expect(page).not.toContain('A <b>candle</b>');
  });

  it('never are picks out of stock', () => {
    expect(shown(false).products.picks).toEqual([]);
  });
});

describe("a customer's page", () => {
  it('marks orders and alarms in a drawing with words, and says the same as a table', async () => {
    const told = [{ at: (TODAY - 60) * DAY_MS, from: 'low', to: 'medium', because: 'silence' }];
    const page = await text(customerPage({ ...view(), told }, 3));
    const drawing = page.match(/<svg [^>]*class="chart"[^]*?<\/svg>/)?.[0] ?? '';
    expect(drawing.match(/class="rug soft"/g)).toHaveLength(DAYS.length + 1);
    expect(drawing).toContain('told: medium');
    expect(drawing).toMatch(/alarm: (medium|high)/);
    expect(page).toMatch(/4 order days from .*Told: medium on /s);
    expect(page).toContain('no order came');
    expect(page).toContain('As a table');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('has no id twice, although drawings come in two sizes', async () => {
    for (const page of [
      await text(customerPage(view(), 0)),
      await text(predictionsPage(BASE, 0)),
    ]) {
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, names = ''] of page.matchAll(/aria-labelledby="([^"]+)"/g)) {
        for (const name of names.split(' ')) expect(ids).toContain(name);
      }
    }
  });

  it('says that it cannot tell yet', async () => {
    expect(await text(customerPage(view([]), 0))).toContain('Cannot tell yet');
    expect(await text(customerPage(view([], []), 0))).toContain('nothing can be told');
    const few = model([[TODAY - 9], [TODAY - 3]]);
    expect(await text(customerPage(view([few], [TODAY - 3]), 0))).toContain('too few customers');
  });
});

const BASE: BaseView = {
  now: NOW,
  currency: 'EUR',
  horizonDays: 90,
  model: MODEL,
  lookedAt: NOW,
  report: baseReport(rowsOfDays(shopDays), (row) => predictRow(MODEL.who as WhoModel, row, TODAY), {
    today: TODAY,
    horizonDays: 90,
  }),
  alarms: [{ customerId: 'abc', at: NOW, from: 'low', to: 'high', because: 'silence' }],
};

describe('the page of the base', () => {
  it('shows the base, the back-test, its calibration, and the last alarms', async () => {
    const page = await text(predictionsPage(BASE, 0));
    for (const words of ['>300<', 'no amounts', 'Who bought again', 'Log-loss']) {
      expect(page).toContain(words);
    }
    const { brier = 0 } = MODEL.who?.backTest ?? {};
    expect(page).toContain(brier.toFixed(4));
    expect(page).toContain('Did the forecasts come true?');
    expect(page).toContain('href="/customers/abc"');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('works before the first model, and says what is missing', async () => {
    const { report: _, ...rest } = BASE;
    const none = { ...rest, report: undefined, model: undefined, lookedAt: undefined, alarms: [] };
    const page = await text(predictionsPage(none, 0));
    expect(page).toContain('Cannot tell yet');
    expect(page).toContain('No night has gone by');
    expect(page).not.toContain('<svg xmlns="http://www.w3.org/2000/svg" class="chart"');
    const looked = await text(predictionsPage({ ...none, lookedAt: NOW }, 0));
    expect(looked).toContain('no orders to learn from');
  });

  it('shows revenue where amounts are known, and a base without any cohort', async () => {
    const report = { ...(BASE.report as BaseReport), cohorts: [], expectedRevenue: 1_234_567 };
    expect(await text(predictionsPage({ ...BASE, report }, 0))).toContain('12,346 EUR');
  });
});

describe('looking for a customer', () => {
  const deps = {
    mails: () => [],
    predictions: {
      base: async () => BASE,
      find: async (asked: string) => (asked === 'ann@example.com' ? 'id-of-ann' : undefined),
      customer: async (id: string) => (id === 'id-of-ann' ? view() : undefined),
    },
  } as unknown as WebDeps;
  const get = (path: string) =>
    localApp(deps).request(`http://localhost:4000${path}`, { headers: { host: 'localhost:4000' } });

  it('leads to the page, or says that there is none, without taking words for markup', async () => {
    const found = await get('/customers?id=ann@example.com%20');
    expect([found.status, found.headers.get('location')]).toEqual([303, '/customers/id-of-ann']);
    const page = await get('/customers/id-of-ann');
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('P(active)')]);
    const none = await get('/customers?id=%22%3E%3Cscript%3E');
    const body = await none.text();
    expect([none.status, body]).toEqual([404, expect.stringContaining('No customer with that id')]);
    expect(body).not.toContain('"><script>');
    expect((await get('/customers/nobody')).status).toBe(404);
    expect((await get('/customers')).status).toBe(404);
    expect((await get('/predictions')).headers.get('content-security-policy')).toContain("'none'");
  });
});

describe('tables on their way to the disk', () => {
  it('are told as such, and other faults are not hidden', async () => {
    const failing = (fault: Error) => {
      const base = async () => {
        throw fault;
      };
      return localApp({ mails: () => [], predictions: { base } } as unknown as WebDeps);
    };
    const host = { headers: { host: 'localhost:4000' } };
    const moved = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const page = await failing(moved).request('http://localhost:4000/predictions', host);
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('moment')]);
    const app = failing(new Error('other')).onError((error, c) => c.text(error.message, 500));
    const other = await app.request('http://localhost:4000/predictions', host);
    expect([other.status, await other.text()]).toEqual([500, 'other']);
  });
});

describe('money', () => {
  it('is shown in whole units above ten thousand, and by its currency', () => {
    expect(money(123_450, 'EUR')).toBe('1,234.50 EUR');
    expect(money(123_456_789, 'EUR')).toBe('1,234,568 EUR');
    expect(money(1234, 'JPY')).toBe('1,234 JPY');
  });
});
