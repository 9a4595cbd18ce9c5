/** The frame of every local page. */
import { html, raw } from 'hono/html';
import { STYLE } from './style.ts';
import { count } from './words.ts';

export type Html = ReturnType<typeof html>;

const LEAF = raw(
  '<svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><path d="M11 20V9" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/><path d="M11 11C4.5 11 2.5 6.5 2.5 2.5 8 2.5 11 5.5 11 11Zm0 4c5.5 0 8-3.5 8.5-8C14 7 11 10 11 15Z" fill="#3d9a6d"/></svg>',
);

export function page(options: {
  title: string;
  current: 'overview' | 'inbox' | 'predictions';
  mails: number;
  body: Html | Promise<Html>;
  /** Beside the sheet of all pages. */
  style?: string;
  /** Seconds after which the page looks again. */
  refresh?: number;
}): Html | Promise<Html> {
  const { title, current, mails, body, refresh, style = '' } = options;
  const link = (href: string, name: typeof current, text: Html | string) =>
    html`<a href="${href}" ${current === name ? raw('aria-current="page"') : ''}>${text}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Perennial</title>
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<link rel="icon" href="data:,">
<style>${raw(STYLE + style)}</style>
</head>
<body>
<header class="bar"><div class="wrap">
<a class="brand" href="/">${LEAF} <span>Perennial</span></a>
<nav aria-label="Pages">${link('/', 'overview', 'Overview')}${link(
    '/predictions',
    'predictions',
    'Predictions',
  )}${link('/inbox', 'inbox', html`Inbox <b>${count(mails)}</b>`)}<a href="/studio">Studio</a></nav>
</div></header>
<main class="wrap">${body}</main>
</body>
</html>`;
}
