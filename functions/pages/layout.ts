/** The frame of every public page: calm, small, without JavaScript, cookies or anything from elsewhere. */
import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

/** Readable at once, on any screen, in light and dark; targets of at least 44 px. */
const STYLE = `
:root{color-scheme:light dark;--ink:#22262b;--soft:#5d656e;--paper:#fff;--ground:#f5f4f1;--line:#84898f;--deep:#1f5a4c;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#eceae6;--soft:#a9b0b7;--paper:#1d2023;--ground:#141618;--line:#7d848b;--deep:#8ed1bd;--on:#10241e}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main{max-width:34rem;margin:10vh auto;padding:2rem;background:var(--paper);border-radius:.75rem}
@media(max-width:36rem){main{margin:0;min-height:100vh;border-radius:0;padding:1.5rem}}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem}
h2{font-size:1.125rem;line-height:1.4;margin:0 0 .75rem}
section{margin-top:2rem;padding-top:1.5rem;border-top:1px solid var(--line)}
p{margin:0 0 1rem}
.shop,.soft{color:var(--soft);font-size:.9375rem}
fieldset{border:0;margin:0 0 1rem;padding:0}
legend{padding:0;margin-bottom:.5rem}
.choice{display:flex;gap:.75rem;align-items:center;min-height:2.75rem}
input[type=radio],input[type=checkbox]{width:1.25rem;height:1.25rem;flex:none;accent-color:var(--deep)}
.scores{display:grid;grid-template-columns:repeat(11,1fr);gap:.25rem}
@media(max-width:36rem){.scores:not(.few){grid-template-columns:repeat(6,1fr)}}
.scores.few{grid-template-columns:repeat(var(--few,5),1fr)}
.scores.seven{--few:7}
.scores label{position:relative;display:grid;place-items:center;min-height:2.75rem;border:1px solid var(--line);border-radius:.5rem;cursor:pointer}
.scores input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.scores label:has(:checked){background:var(--deep);color:var(--on);border-color:var(--deep);font-weight:600}
.scores label:has(:focus-visible){outline:3px solid var(--deep);outline-offset:2px}
.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.9375rem}
textarea,select{width:100%;padding:.75rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.5rem}
textarea{min-height:6rem}
select{min-height:2.75rem}
button{min-height:2.75rem;padding:.625rem 1.5rem;font:inherit;font-weight:600;color:var(--on);background:var(--deep);border:0;border-radius:.5rem;cursor:pointer}
a{display:inline-block;padding:.625rem 0;color:var(--deep)}
a:focus-visible{outline:3px solid var(--deep);outline-offset:2px}
button.second{color:var(--deep);background:transparent;border:1px solid var(--deep)}
button:focus-visible,textarea:focus-visible,select:focus-visible,input:focus-visible{outline:3px solid var(--deep);outline-offset:2px}
.alert{font-weight:600}
.last{margin:1.5rem 0 0}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Nothing may load but the style below; forms go only to where they came from. Tokens in addresses stay
 * here (`no-referrer`), out of search engines and out of caches.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
};

export type Frame = { language: string; shop: string; title: string; content: Html };

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);
const direction = (language: string): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';

/** The whole page. */
export const page = ({ language, shop, title, content }: Frame): string =>
  html`<!doctype html>
<html lang="${language}" dir="${direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title} – ${shop}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
<p class="shop">${shop}</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.html;
