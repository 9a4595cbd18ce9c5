/** One customer: how likely they come back, day by day; what was told; when they order next, and what. */
import { html } from 'hono/html';
import { lineChart, type LineChart } from '../../../cli/draw/line.ts';
import { tickCount } from '../../../cli/draw/plot.ts';
import { dayAxis, dayLabel, percent, shareAxis } from '../../../cli/draw/scale.ts';
import type { WhenBasis } from '../../../functions/contract/prediction-when.ts';
import type { Basis } from '../../../functions/contract/predictions.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import type { CurvePoint, CustomerView } from '../customer-view.ts';
import { figure, FIGURE_STYLE, type Place } from './figure.ts';
import { type Html, page } from './layout.ts';
import { count, money } from './words.ts';

export const BASES: Readonly<Record<Basis, string>> = {
  shop: "the shop's own orders",
  shrunk: "the shop's own orders, pulled towards other shops', since they are few",
  prior: "other shops' orders, since this shop has too few",
  none: 'nothing yet',
};

const WHEN_BASES: Readonly<Record<WhenBasis, string>> = {
  customer: 'their own gaps',
  product: "other customers' gaps with the product",
  refill: 'how long a piece lasts',
  shop: "the shop's gaps",
  prior: "other shops' gaps",
};

const BECAUSE: { readonly [code: string]: string } = {
  silence: 'no order came',
  order: 'they ordered',
  model: 'a newer model sees it otherwise',
  facts: 'something became known later',
};

const TONES = { low: 'good', medium: 'wait', high: 'stop' } as const;

export const customerPage = (view: CustomerView, mails: number) =>
  page({
    title: `Customer ${view.id.slice(0, 8)}`,
    current: 'predictions',
    mails,
    style: FIGURE_STYLE,
    body: html`<a class="back" href="/predictions">← Predictions</a>
<h1>Customer <code>${view.id.slice(0, 8)}</code></h1>
${view.days.length === 0 ? html`<p class="lead">No order that counts yet: nothing can be told.</p>` : known(view)}`,
  });

function known(view: CustomerView): Html | Promise<Html> {
  return html`${tiles(view)}
${view.who ? over(view) : cannotTell(view)}
${facts(view)}
${products(view)}`;
}

const share = (value: number): string => percent(Math.round(value * 1000) / 1000);

function tiles({ who, next, days, horizonDays, spend, currency }: CustomerView) {
  const last = days.at(-1) as number;
  const orders = `${count(days.length)} ${days.length === 1 ? 'order day' : 'order days'}`;
  const all: [string, string, string][] = [
    who
      ? [
          'P(active)',
          share(who.pActive),
          `${share(who.low)} to ${share(who.high)}, within ${horizonDays} days`,
        ]
      : ['P(active)', '–', 'cannot tell yet'],
    who
      ? ['Expected orders', who.expectedOrders.toFixed(2), `within ${horizonDays} days`]
      : ['Expected orders', '–', 'cannot tell yet'],
    next
      ? [
          'Next order',
          dayLabel(next.due),
          `four of five between ${dayLabel(next.low)} and ${dayLabel(next.high)}`,
        ]
      : ['Next order', '–', 'cannot tell yet'],
    [
      'So far',
      orders,
      `${spend ? `${money(spend.total, currency)}, ` : ''}last on ${dayLabel(last)}`,
    ],
  ];
  return html`<dl class="card tiles four">${all.map(
    ([name, value, note]) =>
      html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
  )}</dl>`;
}

const cannotTell = ({ model }: CustomerView) => html`<section class="card cannot">
<h2>Cannot tell yet</h2><p>${
  model
    ? 'The model has too few customers to tell anything of one.'
    : 'No model counts yet: the first comes the night after the first orders.'
}</p></section>`;

/** P(active) over time. */
function over(view: CustomerView) {
  return figure({
    id: 'active',
    title: 'P(active) over time',
    note: `How likely an order within the next ${view.horizonDays} days was on each day, as today's model sees it with the orders known then; from today on, if nothing is bought.`,
    draw: (place) => activeChart(view, place),
    table: {
      head: ['Day', 'P(active)', 'at least', 'at most'],
      rows: monthly([...view.curve, ...view.ahead]).map(({ day, p, low, high }) => [
        dayLabel(day),
        share(p),
        share(low),
        share(high),
      ]),
    },
  });
}

/** One row in four weeks: a table of days is not read. */
const monthly = (points: readonly CurvePoint[]): CurvePoint[] =>
  points.filter(
    ({ day }, at) => (day - (points[0]?.day ?? 0)) % 28 === 0 || at === points.length - 1,
  );

export function activeChart(view: CustomerView, place: Place): string {
  const { curve, ahead, days, told, coming, thresholds, today } = view;
  const points = [...curve, ...ahead];
  const from = points[0]?.day ?? today;
  const to = points.at(-1)?.day ?? today;
  const line = (some: readonly CurvePoint[]) => some.map(({ day, p }) => ({ x: day, y: p }));
  const marks: NonNullable<LineChart['marks']> = [
    ...told
      .map(({ at, to: level }) => ({
        at: at / DAY_MS,
        label: `told: ${level}`,
        tone: 'second' as const,
      }))
      .filter(({ at }) => at >= from)
      .slice(-MARKS_MAX),
    ...coming
      .filter(({ day }) => day <= to)
      .map(({ level, day }) => ({ at: day, label: `alarm: ${level}`, tone: 'third' as const })),
  ];
  return lineChart({
    ...place,
    title: 'P(active) over time',
    desc: descOf(view),
    x: dayAxis('Day', from, to, tickCount(place.width, 90)),
    y: shareAxis(place.width < 400 ? 'P(active)' : `P(active within ${view.horizonDays} days)`, 5),
    series: [
      {
        label: 'P(active)',
        tone: 'first',
        points: line(curve),
        band: {
          label: 'how sure: 80%',
          points: points.map(({ day, low, high }) => ({ x: day, low, high })),
        },
      },
      { label: 'if nothing is bought', tone: 'first', dashed: true, points: line(ahead) },
    ],
    rug: { label: 'orders', at: days.filter((day) => day >= from) },
    levels: [
      { at: thresholds.medium, label: `medium below ${share(thresholds.medium)}` },
      { at: thresholds.high, label: `high below ${share(thresholds.high)}` },
    ],
    marks,
  });
}

/** More words than these would cover the line. */
const MARKS_MAX = 6;

function descOf({ who, days, told, coming, horizonDays }: CustomerView): string {
  const now = who ? `P(active within ${horizonDays} days) is ${share(who.pActive)} today. ` : '';
  const said = told.map(({ at, to }) => `${to} on ${dayLabel(at / DAY_MS)}`);
  const come = coming.map(({ level, day }) => `${level} on ${dayLabel(day)}`);
  return (
    `${now}${days.length} order days from ${dayLabel(days[0] as number)} to ${dayLabel(days.at(-1) as number)}. ` +
    `${said.length > 0 ? `Told: ${said.join(', ')}. ` : ''}` +
    `${come.length > 0 ? `If nothing is bought: ${come.join(', ')}.` : ''}`
  );
}

function facts({ who, model, next, told, coming, horizonDays }: CustomerView) {
  return html`<h2>Churn risk</h2>
<dl class="facts">${
    who
      ? html`<dt>By P(active)</dt><dd><span class="pill ${TONES[who.risk]}">${who.risk}</span> at ${share(who.pActive)}</dd>
<dt>Rests on</dt><dd>${BASES[who.basis]}</dd>`
      : ''
  }${model ? html`<dt>Model</dt><dd>of ${dayLabel(model.from / DAY_MS)}</dd>` : ''}
${coming.map(
  ({ level, day }) =>
    html`<dt>Alarm</dt><dd><span class="pill ${TONES[level]}">${level}</span> on ${dayLabel(day)}, if nothing is bought</dd>`,
)}
${next ? html`<dt>Next order</dt><dd>${dayLabel(next.due)}, by ${WHEN_BASES[next.basis]}</dd>` : ''}</dl>
<p class="note">The alarm keeps silent for the first third of its ${horizonDays} days after an order, whatever P(active) says.</p>
${
  told.length === 0
    ? html`<p class="note">No change of the level was told yet.</p>`
    : html`<ul class="list card">${told.toReversed().map(
        ({
          at,
          from,
          to,
          because,
        }) => html`<li><time datetime="${new Date(at).toISOString()}">${dayLabel(at / DAY_MS)}</time>
<span><span class="pill ${TONES[to as keyof typeof TONES] ?? ''}">${to}</span></span><span class="what">was ${from}: ${BECAUSE[because] ?? because}</span></li>`,
      )}</ul>`
}`;
}

function products({ products: { due, picks } }: CustomerView) {
  return html`${
    due.length === 0
      ? ''
      : html`<h2>What they may need again</h2>
<p class="note">Products with a rhythm: when, if they buy them again.</p>
<div class="card scroll" tabindex="0" role="region" aria-label="What they may need again"><table>
<thead><tr><th scope="col">Product</th><th scope="col">Due</th><th scope="col">Four of five between</th><th scope="col">Bought on</th><th scope="col">By</th></tr></thead>
<tbody>${due.map(
          ({ name, due: day, low, high, purchases, basis }) =>
            html`<tr><td>${name}</td><td class="day">${dayLabel(day)}</td><td class="day">${dayLabel(low)} and ${dayLabel(high)}</td><td>${count(purchases)} ${purchases === 1 ? 'day' : 'days'}</td><td>${WHEN_BASES[basis]}</td></tr>`,
        )}</tbody></table></div>`
  }
${
  picks.length === 0
    ? ''
    : html`<h2>What they may like</h2>
<p class="note">By how likely each is in the next order; what is out of stock is left out.</p>
<ol class="list card picks">${picks.map(
        ({ name, why, score }) =>
          html`<li><span>${name}</span><span class="what note">${why}</span><span class="n">${percent(Math.round(score * 1000) / 1000)}</span></li>`,
      )}</ol>`
}`;
}
