/** Lift by risk: whom a mail helps, and whom it does not. */
import { html, raw } from 'hono/html';
import { GROUP_MIN, type Group, type Lift, liftOf } from '../../../functions/domain/lift.ts';
import type { Band, StepFigures } from '../figures.ts';
import type { Html } from './layout.ts';
import { count, title, type Tone } from './words.ts';

export const percent = ({ customers, ordered }: Group): string =>
  `${((100 * ordered) / Math.max(customers, 1)).toFixed(1)}%`;

const signed = (share: number): string => {
  const value = (100 * share).toFixed(1);
  return share > 0 ? `+${value}` : value.replace('-', '−');
};

/** `+2.0 points (−1.5 to +5.4)` */
export const points = ({ difference, low, high }: Lift): string =>
  `${signed(difference)} points (${signed(low)} to ${signed(high)})`;

export const BAND_WORDS: Readonly<Record<Band, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  unknown: 'Cannot tell',
};

const VERDICTS: Readonly<Record<Lift['verdict'], { words: string; tone: Tone }>> = {
  more: { words: 'lift', tone: 'good' },
  none: { words: 'no lift to be seen', tone: 'plain' },
  fewer: { words: 'drives away', tone: 'stop' },
  unknown: { words: 'cannot tell yet', tone: 'wait' },
};

/** Bands are told apart once a model could: before, all customers are in one. */
const hasBands = ({ bands }: StepFigures): boolean =>
  bands.some(({ risk, held }) => risk !== 'unknown' && held.customers > 0);

/** Nothing before the first group that was held out with a known risk. */
export function liftByRisk(steps: readonly StepFigures[]): Html | Promise<Html> {
  const measured = steps
    .filter(hasBands)
    .sort((a, b) => (a.journey < b.journey ? -1 : Number(a.journey > b.journey)));
  if (measured.length === 0) return html``;
  return html`<h2>Lift by risk</h2>
<p class="note">Orders within 7 days of those mailed less those held out, by how likely the customer was lost when it
was decided. Wanted ${GROUP_MIN} customers in each group. The bar is where the difference may really be (95%): of twenty
such bars one misses by luck.</p>
<div class="card scroll stack"><table>
<thead><tr>${COLUMNS.map((name, index) => html`<th${index > 0 && index < 3 ? raw(' class="n"') : ''}>${name}</th>`)}</tr></thead>
${measured.map(
  (
    step,
  ) => html`<tbody><tr><th colspan="6" scope="rowgroup">${title(step.journey)} › ${title(step.step)}</th></tr>
${step.bands.filter(({ mailed, held }) => mailed.customers + held.customers > 0).map(bandRow)}</tbody>`,
)}
</table></div>`;
}

const COLUMNS = ['Risk', 'Mailed', 'Held out', 'Difference', '', 'Says'];

function bandRow({ risk, mailed, held }: StepFigures['bands'][number]): Html | Promise<Html> {
  const lift = liftOf(mailed, held);
  const { words, tone } = VERDICTS[lift.verdict];
  const group = (label: string, each: Group) =>
    html`<td class="n" data-label="${label}">${each.customers === 0 ? 'nobody' : percent(each)}
<small>of ${count(each.customers)}</small></td>`;
  const known = lift.verdict !== 'unknown';
  return html`<tr><td class="name">${BAND_WORDS[risk]}</td>${group('Mailed', mailed)}${group('Held out', held)}
<td class="lift" data-label="Difference">${known ? points(lift) : 'too few'}</td>
<td class="bar-cell">${known ? bar(lift) : ''}</td>
<td data-label="Says"><span class="pill ${tone}">${words}</span></td></tr>`;
}

const WIDTH = 160;
const HEIGHT = 22;
/** Points of percent at either end of the bar; what is longer ends there. */
const ENDS = 0.2;

/** The interval on a line from -20 to +20 points, with a mark at none. */
function bar({ difference, low, high }: Lift): Html | Promise<Html> {
  const x = (share: number): string => {
    const bounded = Math.max(-ENDS, Math.min(ENDS, share));
    return (((bounded + ENDS) / (2 * ENDS)) * WIDTH).toFixed(1);
  };
  const y = HEIGHT / 2;
  return html`<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
aria-label="from ${signed(low)} to ${signed(high)} points, on a line from -20 to +20">
<line x1="${x(0)}" x2="${x(0)}" y1="2" y2="${HEIGHT - 2}" stroke="var(--soft)" stroke-width="1"/>
<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="var(--soft)" stroke-width="3" stroke-linecap="round"/>
<circle cx="${x(difference)}" cy="${y}" r="5" fill="var(--accent)"/></svg>`;
}
