/** Leaving: one button before it; what else there is, only after it. */
import { LEAVING_REASONS, type UnsubscribePage } from '../app/unsubscribe.ts';
import { TOPICS } from '../contract/messages.ts';
import { type Html, html } from './html.ts';
import type { Texts } from './texts.ts';

/** Posts to its own address. */
export const leaveForm = (shop: string, texts: Texts): Html =>
  html`<p>${texts.leaveAskAll(shop)}</p>
<form method="post">
<button type="submit">${texts.leaveButton}</button>
</form>`;

/** It is done, and said first. */
export const leftPage = (
  { undo, explained }: Extract<UnsubscribePage, { kind: 'unsubscribed' }>,
  shop: string,
  texts: Texts,
): Html =>
  html`<p role="status">${texts.leftAll(shop)}</p>
<p>${texts.leftOrders}</p>
${explained ? html`<p>${texts.whyThanks}</p>` : whyForm(undo, texts)}
${keepForm(undo, shop, texts)}
${undoForm(undo, shop, texts)}`;

const hidden = (act: string, undo: string): Html =>
  html`<input type="hidden" name="do" value="${act}">
<input type="hidden" name="undo" value="${undo}">`;

const whyForm = (undo: string, texts: Texts): Html =>
  html`<section>
<form method="post">
${hidden('why', undo)}
<fieldset aria-describedby="optional">
<legend><h2>${texts.whyTitle}</h2></legend>
<p class="soft" id="optional">${texts.whyOptional}</p>
${LEAVING_REASONS.map(
  (reason) =>
    html`<label class="choice"><input type="radio" name="reason" value="${reason}" required>${texts.whyReasons[reason]}</label>`,
)}
</fieldset>
<button class="second" type="submit">${texts.whyButton}</button>
</form>
</section>`;

const keepForm = (undo: string, shop: string, texts: Texts): Html =>
  html`<section>
<h2>${texts.keepTitle}</h2>
<form method="post">
${hidden('keep', undo)}
<fieldset>
<legend>${texts.topicsWording(shop)}</legend>
${TOPICS.map(
  (topic) =>
    html`<label class="choice"><input type="checkbox" name="topic" value="${topic}">${texts.topics[topic]}</label>`,
)}
</fieldset>
<button class="second" type="submit">${texts.keepButton}</button>
</form>
</section>`;

const undoForm = (undo: string, shop: string, texts: Texts): Html =>
  html`<section>
<h2>${texts.undoTitle}</h2>
<form method="post">
${hidden('undo', undo)}
<p>${texts.undoWording(shop)}</p>
<button class="second" type="submit">${texts.undoButton}</button>
</form>
</section>`;
