/** The start page: the clock, what has happened, and why. */
import { html, raw } from 'hono/html';
import type { MessageState } from '../../../functions/contract/messages.ts';
import { GROUP_MIN, liftOf } from '../../../functions/domain/lift.ts';
import type { Decided, StepFigures } from '../figures.ts';
import { type Html, page } from './layout.ts';
import { liftByRisk, percent, points } from './lift.ts';
import { count, OUTCOMES, reasonWords, STATES, stamp, title } from './words.ts';

export type Overview = {
  shop: string;
  now: number;
  flowing: boolean;
  story: { kind: 'empty' | 'demo' | 'orders'; detail: string; assumeConsent: boolean };
  /** 0 to 1 while a year goes through. */
  progress: number | undefined;
  totals: { customers: number; events: number; orders: number };
  mails: number;
  states: { [state in MessageState]?: number };
  steps: StepFigures[];
  decisions: Decided[];
  parts: { functions: string[]; tables: number; queues: number; rules: number };
  writeKey: string;
  origin: string;
};

export const overview = (o: Overview) =>
  page({
    title: o.shop,
    current: 'overview',
    mails: o.mails,
    ...(o.progress !== undefined && { refresh: 2 }),
    body: html`
<h1>${o.shop}</h1>
${story(o)}
<div class="top">${clock(o)}${tiles(o)}</div>
${journeys(o.steps)}
${liftByRisk(o.steps)}
${decisions(o.decisions)}
${running(o)}`,
  });

const STORIES: { [kind in Overview['story']['kind']]: string } = {
  demo: 'A made-up shop: its customers, orders and answers come from a generator in this repository. Everything else is the real system.',
  orders: 'A real order log.',
  empty: 'An empty shop. Send events to it and move the clock.',
};

const story = ({ story: { kind, detail, assumeConsent } }: Overview) =>
  html`<p class="lead">${STORIES[kind]} ${detail}${
    assumeConsent
      ? ' An order log says nothing of consent: here it is taken as given, which only the local run does.'
      : ''
  }</p>`;

const STEPS = [
  ['PT1H', '+1 hour'],
  ['P1D', '+1 day'],
  ['P7D', '+1 week'],
] as const;

function clock({ now, flowing, progress }: Overview): Html | Promise<Html> {
  const busy = progress !== undefined;
  return html`<section class="card clock" aria-label="Clock">
<div class="label">The shop's clock${flowing && !busy ? ', running' : ''}</div>
<div class="time"><time datetime="${new Date(now).toISOString()}">${stamp(now)}</time> UTC</div>
${
  busy
    ? html`<p class="note">The year goes by: ${Math.floor(progress * 100)}%. The inbox fills meanwhile.</p>
<progress max="1" value="${progress}">${Math.floor(progress * 100)}%</progress>`
    : html`<form class="buttons" method="post" action="/clock">${STEPS.map(
        ([value, text], index) =>
          html`<button name="advance" value="${value}" ${index === 0 ? raw('class="first"') : ''}>${text}</button>`,
      )}</form>`
}
</section>`;
}

function tiles({ totals, mails, states }: Overview): Html | Promise<Html> {
  const figures: [string, number][] = [
    ['Customers', totals.customers],
    ['Events', totals.events],
    ['Orders', totals.orders],
    ['Mails sent', mails],
  ];
  const shown = Object.entries(states) as [MessageState, number][];
  return html`<div><dl class="card tiles">${figures.map(
    ([name, value]) => html`<div class="tile"><dt>${name}</dt><dd>${count(value)}</dd></div>`,
  )}</dl>
${
  shown.length === 0
    ? ''
    : html`<ul class="chips" aria-label="Ledger rows by state">${shown.map(
        ([state, value]) => html`<li class="chip">${STATES[state]} <b>${count(value)}</b></li>`,
      )}</ul>`
}</div>`;
}

const COLUMNS = ['Planned', 'Sent', 'Held out', 'Clicked', 'Unsubscribed', 'Complained'];

function journeys(steps: StepFigures[]): Html | Promise<Html> {
  if (steps.length === 0) {
    return html`<h2>Journeys</h2><p class="note">Nothing has come up yet. A first order, a cart left
behind or a delivery will show here.</p>`;
  }
  const names = [...new Set(steps.map(({ journey }) => journey))].sort();
  return html`<h2>Journeys</h2>
<p class="note">Clicks are those that were told: links are not tracked by default. Orders within 7 days are
compared once ${GROUP_MIN} customers are in each group. In brackets what the difference may really be (95%).</p>
<div class="card scroll stack"><table>
<thead><tr><th>Step</th>${COLUMNS.map((name) => html`<th class="n">${name}</th>`)}<th>Ordered within 7 days</th></tr></thead>
${names.map(
  (name) => html`<tbody><tr><th colspan="8" scope="rowgroup">${title(name)}</th></tr>
${steps.filter(({ journey }) => journey === name).map(stepRow)}</tbody>`,
)}
</table></div>`;
}

function stepRow(step: StepFigures): Html | Promise<Html> {
  const { planned, sent, heldOut, clicked, unsubscribed, complained } = step;
  const values = [planned, sent, heldOut, clicked, unsubscribed, complained];
  return html`<tr><td class="name">${title(step.step)}</td>${values.map(
    (value, index) =>
      html`<td class="n${value === 0 ? ' zero' : ''}" data-label="${COLUMNS[index]}">${count(value)}</td>`,
  )}<td class="lift" data-label="Ordered within 7 days">${lift(step)}</td></tr>`;
}

/** Both groups, or that nobody can tell yet. */
function lift({ mailed, held }: StepFigures): Html | Promise<Html> {
  if (mailed.customers === 0 && held.customers === 0) return html`<small>no mail yet</small>`;
  const groups = `${count(mailed.customers)} mailed, ${count(held.customers)} held out`;
  if (held.customers === 0 && mailed.customers >= GROUP_MIN) {
    return html`${percent(mailed)} <small>of ${count(mailed.customers)} mailed; nobody is held out</small>`;
  }
  if (Math.min(mailed.customers, held.customers) < GROUP_MIN) {
    return html`cannot tell yet <small>${groups}; wanted ${GROUP_MIN} each</small>`;
  }
  return html`${percent(mailed)} mailed, ${percent(held)} held out: ${points(liftOf(mailed, held))}
<small>of ${count(mailed.customers)} and ${count(held.customers)} customers</small>`;
}

function decisions(list: Decided[]): Html | Promise<Html> {
  if (list.length === 0) return html``;
  return html`<h2>Last decisions</h2><p class="note">Why somebody got a mail, and somebody else did not.</p>
<ul class="list card">${list.map(
    (one) => html`<li><time datetime="${new Date(one.at).toISOString()}">${stamp(one.at)}</time>
<span><span class="pill ${OUTCOMES[one.outcome].tone}">${OUTCOMES[one.outcome].words}</span></span>
<span class="why what">${title(one.journey)}${one.step ? html` › ${title(one.step)}` : ''}:
${reasonWords(one.reason)} <small><code>${one.reason.code}</code> <a href="/customers/${one.customerId}">customer <code>${one.customerId.slice(0, 8)}</code></a></small></span></li>`,
  )}</ul>`;
}

function running({ parts, writeKey, origin }: Overview): Html | Promise<Html> {
  const curl = `curl -u "${writeKey}:" ${origin}/v1/batch -H 'content-type: application/json' -d '{"batch":[
  {"type":"identify","userId":"ann","messageId":"1","traits":{"email":"ann@example.com","marketing_consent":true}},
  {"type":"track","userId":"ann","messageId":"2","event":"Order Completed",
   "properties":{"order_id":"A-1","total":59,"currency":"EUR","products":[{"product_id":"ring","name":"Ring","price":59,"quantity":1}]}}]}'`;
  return html`<h2>What runs here</h2>
<p class="note">The same bundles, rules, queues, streams and roles as in AWS, read from the templates:
${parts.functions.length} functions (${parts.functions.join(', ')}), ${parts.tables} tables, ${parts.queues} queues,
${parts.rules} rules. A permission that a role lacks is refused here too.</p>
<details><summary>Send an event yourself</summary><pre>${curl}</pre></details>`;
}
