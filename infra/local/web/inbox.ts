/** The inbox: every mail as its recipient sees it, and why it was sent. */
import { html } from 'hono/html';
import { share } from '../../../functions/contract/ids.ts';
import { type Message, TAG } from '../../../functions/contract/messages.ts';
import type { InboxMail } from '../mail/inbox.ts';
import { type Html, page } from './layout.ts';
import { count, reasonWords, stamp, title } from './words.ts';

export const PAGE_SIZE = 50;

/** Newest first, fifty a page. */
export function inboxPage(mails: readonly InboxMail[], pageNumber: number) {
  const pages = Math.max(1, Math.ceil(mails.length / PAGE_SIZE));
  const current = Math.min(Math.max(1, pageNumber), pages);
  const end = mails.length - (current - 1) * PAGE_SIZE;
  const shown = mails.slice(Math.max(0, end - PAGE_SIZE), end).toReversed();
  const link = (to: number, text: string) =>
    to < 1 || to > pages ? html`<span></span>` : html`<a href="/inbox?page=${to}">${text}</a>`;
  return page({
    title: 'Inbox',
    current: 'inbox',
    mails: mails.length,
    body: html`<h1>Inbox</h1>
<p class="lead">${
      mails.length === 0
        ? 'No mail yet. Nothing here leaves this machine.'
        : `${count(mails.length)} mails; nothing here leaves this machine.`
    }</p>
${shown.length === 0 ? '' : html`<ul class="mails card">${shown.map(row)}</ul>`}
<div class="pages">${link(current - 1, '← Newer')}${link(current + 1, 'Older →')}</div>`,
  });
}

const row = (mail: InboxMail) => html`<li><a class="row" href="/inbox/${mail.id}">
<span class="subject">${mail.subject}</span><time>${stamp(mail.at)}</time>
<span class="from">${mail.to.join(', ')}</span>
<span class="hide-small"><span class="pill">${title(mail.tags[TAG.journey] ?? 'mail')} › ${title(mail.tags[TAG.step] ?? '')}</span></span>
</a></li>`;

/** One mail; its HTML is shown in a sandbox that runs no script. */
export function mailPage(mail: InboxMail, ledger: Message | undefined, mails: number) {
  return page({
    title: mail.subject,
    current: 'inbox',
    mails,
    body: html`<a class="back" href="/inbox">← Inbox</a>
<h1>${mail.subject}</h1>
<dl class="facts">
<dt>To</dt><dd>${mail.to.join(', ')}</dd>
<dt>From</dt><dd>${mail.from}</dd>
<dt>Accepted</dt><dd>${stamp(mail.at)} UTC, on the shop's clock</dd>
<dt>Journey</dt><dd>${title(mail.tags[TAG.journey] ?? '')} › ${title(mail.tags[TAG.step] ?? '')}</dd>
${ledger ? why(ledger) : ''}
</dl>
<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/inbox/${mail.id}/body"></iframe>
<details><summary>Text part</summary><pre>${mail.text}</pre></details>
<details><summary>Headers and tags</summary><pre>${[
      ...mail.headers.map(({ name, value }) => `${name}: ${value}`),
      '',
      ...Object.entries(mail.tags).map(([name, value]) => `${name} = ${value}`),
    ].join('\n')}</pre></details>`,
  });
}

const why = (ledger: Message): Html | Promise<Html> => html`
<dt>Why</dt><dd>${title(ledger.subject.kind)} ${ledger.subject.id}; planned ${stamp(ledger.plannedAt)}</dd>
<dt>State</dt><dd>${ledger.state.toLowerCase()}${ledger.reason ? html`: ${reasonWords(ledger.reason)} <code>${ledger.reason.code}</code>` : ''}</dd>`;

/** The mail's own HTML; its links open outside of the frame. */
export const mailBody = (mail: InboxMail): string =>
  mail.html === ''
    ? `<pre style="white-space:pre-wrap">${String(html`${mail.text}`)}</pre>`
    : mail.html
        .replace(/<head([^>]*)>/i, '<head$1><base target="_blank">')
        .replace(
          EXAMPLE_PICTURE,
          (_all, before: string, url: string) => `${before}${drawing(url)}`,
        );

/** The made-up shop has no web server: its pictures are drawn, a ring in a colour of its own. */
const EXAMPLE_PICTURE = /(<img\b[^>]*?\bsrc=")(https:\/\/[\w.-]*example\.(?:com|org|net)\/[^"]*)/gi;

function drawing(url: string): string {
  const hue = Math.floor(360 * share('picture', url));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(${hue},28%,91%)"/>` +
    `<circle cx="48" cy="56" r="21" fill="none" stroke="hsl(${hue},30%,52%)" stroke-width="5"/>` +
    `<path d="M38 24h20l8 9-18 17-18-17z" fill="hsl(${hue},45%,66%)" stroke="hsl(${hue},35%,46%)" stroke-width="2"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
