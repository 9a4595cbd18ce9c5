/** The whole base: how likely customers are to come back, what that brings, and whether forecasts came true. */
import { html, raw } from 'hono/html';
import { barChart, histogram } from '../../../cli/draw/bars.ts';
import { calibrationChart, wilson } from '../../../cli/draw/calibration.ts';
import { tickCount } from '../../../cli/draw/plot.ts';
import { dayLabel, percent, shareAxis } from '../../../cli/draw/scale.ts';
import type { Figures, WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { Model } from '../../../functions/contract/predictions.ts';
import { DAY_MS, type Instant } from '../../../functions/contract/time.ts';
import type { Cohort } from '../../../functions/domain/prediction/report.ts';
import type { BaseView } from '../predictions.ts';
import { BASES } from './customer.ts';
import { figure, FIGURE_STYLE } from './figure.ts';
import { type Html, page } from './layout.ts';
import { count, money, stamp } from './words.ts';

/** `asked`: what somebody looked for in vain. */
export const predictionsPage = (view: BaseView, mails: number, asked?: string) =>
  page({
    title: 'Predictions',
    current: 'predictions',
    mails,
    style: FIGURE_STYLE,
    body: html`<h1>Predictions</h1>
${lead(view)}
${view.report ? base(view.report, view) : ''}
${view.model?.who ? test(view.model.who) : ''}
${customers(view, asked)}`,
  });

const who = (model: Model | undefined) =>
  model?.who && model.who.basis !== 'none' ? model.who : undefined;

function lead({ model, lookedAt, now }: BaseView): Html | Promise<Html> {
  const known = who(model);
  if (!model || !known) return cannotTell(model?.who, lookedAt);
  const waits = model.from > now ? ` It counts from ${stamp(model.from)}.` : '';
  return html`<p class="lead">The model of ${dayLabel(known.origin)} rests on ${BASES[known.basis]}: ${count(known.customers)}
customers, ${count(known.repeaters)} of them with a repeat order. It looks ${known.horizonDays} days ahead.${waits}</p>`;
}

/** Below this many customers the model says nothing (see prediction/who/fit.ts). */
const CUSTOMERS_MIN = 10;
const REPEATERS_SHOP = 100;

const cannotTell = (known: WhoModel | undefined, lookedAt: Instant | undefined) =>
  html`<section class="card cannot"><h2>Cannot tell yet</h2>
<p>${
    known
      ? `Only ${count(known.customers)} customers have ordered.`
      : lookedAt === undefined
        ? 'No night has gone by: the shop learns at 02:00 UTC. Move its clock a day ahead.'
        : `The shop looked on ${stamp(lookedAt)}, and there were no orders to learn from.`
  } A first answer needs:</p>
<ul><li>${CUSTOMERS_MIN} customers who ordered: then other shops' experience is told, and said to be that;</li>
<li>from the first repeat orders on, the shop's own experience, pulled towards that of others;</li>
<li>${REPEATERS_SHOP} customers with a repeat order: then the shop's own orders alone.</li></ul></section>`;

type Report = NonNullable<BaseView['report']>;

function base(report: Report, view: BaseView): Html | Promise<Html> {
  const { horizonDays, currency } = view;
  const tiles: [string, string, string][] = [
    ['Customers', count(report.customers), 'who ordered so far'],
    [
      'Will order',
      count(Math.round(report.expectedActive)),
      `within ${horizonDays} days, as expected`,
    ],
    ['Repeat order days', count(Math.round(report.expectedOrders)), `within ${horizonDays} days`],
    [
      'Their revenue',
      report.expectedRevenue > 0 ? money(report.expectedRevenue, currency) : '–',
      report.expectedRevenue > 0 ? `within ${horizonDays} days` : 'no amounts are known',
    ],
  ];
  return html`<dl class="card tiles four">${tiles.map(
    ([name, value, note]) =>
      html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
  )}</dl>
<div class="figures">${distribution(report, horizonDays)}${cohorts(report)}</div>`;
}

function distribution({ active: bins, customers }: Report, horizonDays: number) {
  const most = bins.reduce((best, bin) => (bin.customers > best.customers ? bin : best));
  const range = ({ from, to }: { from: number; to: number }) =>
    `${percent(from)} to ${percent(to)}`;
  return figure({
    id: 'distribution',
    title: 'How likely customers are to come back',
    note: `Customers by their P(active within ${horizonDays} days).`,
    half: true,
    draw: (place) =>
      histogram({
        ...place,
        title: 'How likely customers are to come back',
        desc: `${count(customers)} customers; most of them, ${count(most.customers)}, at ${range(most)}.`,
        x: shareAxis(`P(active within ${horizonDays} days)`, tickCount(place.width, 70)),
        yLabel: 'Customers',
        bins: bins.map(({ from, to, customers: value }) => ({
          from,
          to,
          value,
          tip: `${range({ from, to })}: ${count(value)} customers`,
        })),
      }),
    table: {
      head: ['P(active)', 'Customers'],
      rows: bins.map((bin) => [range(bin), count(bin.customers)]),
    },
  });
}

/** Two years: more bars would be too thin to point at. */
const COHORTS_MAX = 26;
/** After how many periods of four weeks the table tells who had ordered again. */
const AGES = [3, 6, 12];

function cohorts({ cohorts: every }: Report) {
  const all = every.slice(-COHORTS_MAX);
  const share = ({ customers, repeaters }: Cohort) => (customers > 0 ? repeaters / customers : 0);
  const top = all.reduce((max, one) => Math.max(max, share(one)), 0.1);
  return figure({
    id: 'cohorts',
    title: 'Who bought again',
    note: 'By the four weeks of the first order; the newest have had the least time. The thin lines are 95% intervals.',
    half: true,
    draw: (place) =>
      barChart({
        ...place,
        title: 'Who bought again',
        desc: `Share of customers with a repeat order in ${all.length} cohorts.`,
        xLabel: 'First order, from',
        y: shareAxis('Bought again', 5, top),
        bars: all.map((one, at) => {
          const [low, high] = wilson(share(one), one.customers);
          const tip = `from ${dayLabel(one.from)}: ${count(one.repeaters)} of ${count(one.customers)}, ${percent(share(one))}`;
          return { label: cohortLabel(one, all[at - 1]), value: share(one), low, high, tip };
        }),
      }),
    table: {
      head: ['First order, from', 'Customers', 'Bought again', 'Share', ...AGES.map(afterAge)],
      rows: all.map((one) => [
        dayLabel(one.from),
        count(one.customers),
        count(one.repeaters),
        percent(share(one)),
        ...AGES.map((age) => shareAt(one, age)),
      ]),
    },
  });
}

const afterAge = (periods: number): string => `after ${periods * 4} weeks`;

const shareAt = ({ repeatedShare }: Cohort, age: number): string => {
  const value = repeatedShare?.[age];
  return value === undefined ? '–' : percent(Math.round(value * 1000) / 1000);
};

/** Day and month; the year where it begins. */
function cohortLabel({ from }: Cohort, before: Cohort | undefined): string {
  const [day, month, year] = dayLabel(from).split(' ');
  const begins = !before || !dayLabel(before.from).endsWith(String(year));
  return begins ? `${day} ${month} ${year}` : `${day} ${month}`;
}

const fixed = (value: number | undefined, digits: number) =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);

const NAMES: { [id: string]: string } = {
  regression: 'Regression on the shop',
  'bg-nbd': 'BG/NBD',
  'mbg-nbd': 'MBG/NBD',
  'bg-cnbd-k': 'BG/CNBD-k',
  'mbg-cnbd-k': 'MBG/CNBD-k',
  'pareto-nbd': 'Pareto/NBD',
};

const COLUMNS = ['Share', 'MAE', 'AUC', 'Brier', 'Log-loss', 'Calibration error'];

/** The model on the shop's own past. */
function test({ backTest, candidates }: WhoModel): Html | Promise<Html> {
  if (!backTest) {
    return html`<h2>Tested on the shop's own past</h2>
<p class="note">Cannot tell yet: the history is too short to stand on an earlier day of it.</p>`;
  }
  const row = (name: string, share: string, of: Partial<Figures> | undefined) => {
    const cells = [
      share,
      fixed(of?.mae, 3),
      fixed(of?.auc, 3),
      fixed(of?.brier, 4),
      fixed(of?.logLoss, 4),
      fixed(of?.calibrationError, 3),
    ];
    return html`<tr><td class="name">${name}</td>${cells.map(
      (cell, at) => html`<td class="n" data-label="${COLUMNS[at]}">${cell}</td>`,
    )}</tr>`;
  };
  return html`<h2>Tested on the shop's own past</h2>
<p class="note">The model stood on earlier days, knew only what was known then, and was judged by what came:
${count(Math.round(backTest.customers))} forecasts. Lower is better, but for AUC (how well buyers are ranked).</p>
<div class="card scroll stack"><table>
<thead><tr><th scope="col">Model</th>${COLUMNS.map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead>
<tbody><tr><th colspan="7" scope="rowgroup">The model</th></tr>${row('In use', '', backTest)}</tbody>
${
  candidates.length === 0
    ? ''
    : html`<tbody><tr><th colspan="7" scope="rowgroup">What it was chosen from</th></tr>${candidates.map(
        ({ id, weight, figures }) =>
          row(NAMES[id] ?? id, percent(Math.round(weight * 100) / 100), figures),
      )}</tbody>`
}</table></div>
${calibration(backTest)}`;
}

function calibration({ bins, calibrationError }: Figures) {
  return figure({
    id: 'calibration',
    title: 'Did the forecasts come true?',
    note: 'Forecasts of the past in ten groups of equal size. On the dashed line exactly as many bought as were forecast; the upright lines are what chance may do, at 95%.',
    draw: (place) =>
      calibrationChart({
        ...place,
        title: 'Did the forecasts come true?',
        desc: `Calibration error ${calibrationError.toFixed(3)}: the mean difference between the forecast share and the share that bought.`,
        series: [{ label: 'In use', tone: 'first', bins }],
      }),
    table: {
      head: ['Group', 'Forecasts', 'Forecast share', 'Bought'],
      rows: bins.map(({ customers, predicted, bought }, at) => [
        String(at + 1),
        count(Math.round(customers)),
        percent(predicted),
        percent(bought),
      ]),
    },
  });
}

function customers({ alarms }: BaseView, asked: string | undefined) {
  return html`<h2 id="customers">One customer</h2>
<form class="find" method="get" action="/customers" role="search">
<label class="away" for="find">Customer: the shop's own id, an address, or ours</label>
<input id="find" name="id" required placeholder="The shop's own id, or an address" autocomplete="off" ${asked === undefined ? '' : raw('aria-describedby="found" aria-invalid="true"')} value="${asked ?? ''}">
<button class="first">Look</button></form>
${asked === undefined ? '' : html`<p id="found" role="status">No customer with that id or address.</p>`}
${
  alarms.length === 0
    ? html`<p class="note">The churn alarm has not told anything yet.</p>`
    : html`<p class="note">Whose level of churn risk changed last:</p>
<ul class="list card">${alarms.map(
        ({
          customerId,
          at,
          from,
          to,
        }) => html`<li><time datetime="${new Date(at).toISOString()}">${dayLabel(at / DAY_MS)}</time>
<span><span class="pill ${TONES[to] ?? 'plain'}">${to}</span></span>
<span class="what"><a href="/customers/${customerId}">Customer <code>${customerId.slice(0, 8)}</code></a>, was ${from}</span></li>`,
      )}</ul>`
}`;
}

const TONES: { [level: string]: string } = { low: 'good', medium: 'wait', high: 'stop' };
