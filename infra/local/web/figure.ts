/** A drawing in a page: one for wide screens, one for phones, and its figures as a table for everybody. */
import { html, raw } from 'hono/html';
import { CHART_STYLE, type Size } from '../../../cli/draw/svg.ts';
import type { Html } from './layout.ts';

/** Scaled down from a wide screen, words on a phone would be too small to read. */
const WIDE: Size = { width: 1040, height: 340 };
const HALF: Size = { width: 540, height: 330 };
const NARROW: Size = { width: 340, height: 280 };

/** What a drawing is told of its place. */
export type Place = Size & { id: string; inline: true };

export type Figure = {
  id: string;
  title: string;
  /** Below the title: what it says, in a sentence. */
  note?: string;
  /** Half a row on a wide screen. */
  half?: boolean;
  draw(place: Place): string;
  /** The same as figures. */
  table?: { head: readonly string[]; rows: readonly (readonly string[])[] };
};

export function figure({ id, title, note, half, draw, table }: Figure): Html | Promise<Html> {
  const wide = draw({ ...(half ? HALF : WIDE), id, inline: true });
  const narrow = draw({ ...NARROW, id: `${id}-small`, inline: true });
  return html`<figure class="card figure">
<figcaption><h2>${title}</h2>${note === undefined ? '' : html`<p class="note">${note}</p>`}</figcaption>
<div class="wide">${raw(wide)}</div><div class="narrow">${raw(narrow)}</div>
${
  table === undefined
    ? ''
    : html`<details><summary>As a table<span class="away"> of ${title}</span></summary>
<div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table"><table>
<thead><tr>${table.head.map((name, at) => html`<th scope="col" ${at > 0 ? raw('class="n"') : ''}>${name}</th>`)}</tr></thead>
<tbody>${table.rows.map(
        (row) =>
          html`<tr>${row.map((cell, at) => html`<td ${at > 0 ? raw('class="n"') : ''}>${cell}</td>`)}</tr>`,
      )}</tbody></table></div></details>`
}
</figure>`;
}

export const FIGURE_STYLE = `${CHART_STYLE}
.figures{display:grid;grid-template-columns:1fr 1fr;gap:20px;margin-top:20px}.figures>.figure{min-width:0}
.figure{margin:20px 0 0;padding:18px 20px}.figures .figure{margin:0}.figure h2{font-size:16px;margin:0 0 2px;font-weight:650;letter-spacing:-.01em}
.figure .note{margin:0 0 8px}.figure details{margin-top:10px;border:0;background:none}.figure summary{padding:10px 0;font-weight:450;font-size:14px;color:var(--soft)}
.figure .scroll{margin:0;max-height:340px;overflow:auto}.figure td{font-size:14px;padding:7px 10px}.narrow{display:none}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.four{grid-template-columns:repeat(4,1fr);margin-top:24px}.tile small{display:block;color:var(--soft);font-size:13px;font-weight:400;letter-spacing:0;line-height:1.4}
.find{display:flex;gap:8px;margin:14px 0;flex-wrap:wrap}.find input{font:inherit;flex:1 1 220px;max-width:420px;min-height:44px;padding:8px 14px;border:1px solid var(--soft);border-radius:10px;background:var(--card);color:var(--ink)}
.day{white-space:nowrap}.picks li{grid-template-columns:1fr 1fr auto}.picks .what{margin:0}
.cannot{padding:20px 24px;margin-top:20px}.cannot h2{margin:0 0 6px}.cannot ul{margin:0;padding-left:20px}
@media(max-width:760px){.picks li{grid-template-columns:1fr auto}.picks li span:nth-child(3){grid-area:1/2}.figures{grid-template-columns:1fr}.wide{display:none}.narrow{display:block}.figure{padding:16px 14px}.four{grid-template-columns:1fr 1fr}.tile{padding:14px 16px}.tile dd{font-size:21px}}
`;
