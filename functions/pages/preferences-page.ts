/** What somebody gets from the shop, to be read and changed. */
import type { PreferencesPage } from '../app/preferences.ts';
import { TOPICS } from '../contract/messages.ts';
import type { Instant } from '../contract/time.ts';
import { type Html, html } from './html.ts';
import { LANGUAGES, spokenOf, type Texts } from './texts.ts';

type Data = Extract<PreferencesPage, { kind: 'preferences' }>;
/** `zone`: IANA; the day on which a pause ends. */
type Place = { shop: string; language: string; locale: string; zone: string };

export const preferencesForm = (data: Data, place: Place, texts: Texts): Html =>
  html`${data.saved && html`<p role="status" class="alert">${texts.prefSaved}</p>`}
<form method="post">
<fieldset>
<legend>${texts.topicsWording(place.shop)}</legend>
${TOPICS.map(
  (topic) =>
    html`<label class="choice"><input type="checkbox" name="topic" value="${topic}"${data.topics.includes(topic) && html` checked`}>${texts.topics[topic]}</label>`,
)}
</fieldset>
<fieldset>
<legend>${texts.prefPauseAsk}</legend>
${pauseChoices(data.pausedUntil, place, texts)}
</fieldset>
<p><label for="language">${texts.prefLanguage}</label>
<select id="language" name="language">
${languageChoices(data.language ?? place.language)}
</select></p>
<button type="submit">${texts.prefButton}</button>
</form>
<p class="soft last">${texts.prefOrders}</p>`;

function pauseChoices(until: Instant | undefined, { locale, zone }: Place, texts: Texts): Html {
  const choice = (value: string, label: string, checked: boolean) =>
    html`<label class="choice"><input type="radio" name="pause" value="${value}"${checked && html` checked`}>${label}</label>`;
  const start = choice('start', texts.prefPauseStart, false);
  if (until === undefined) return html`${choice('keep', texts.prefPauseNone, true)}${start}`;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: zone });
  return html`${choice('keep', texts.prefPauseKeep(date.format(until)), true)}${choice('end', texts.prefPauseEnd, false)}`;
}

/** A language that nobody has written stays what it is unless another is chosen. */
function languageChoices(now: string): Html {
  const chosen = spokenOf(now);
  const known = Object.entries(LANGUAGES).map(
    ([language, name]) =>
      html`<option value="${language}" lang="${language}" dir="auto"${language === chosen && html` selected`}>${name}</option>`,
  );
  return html`${chosen === undefined && html`<option value="" selected>${now}</option>`}${known}`;
}
