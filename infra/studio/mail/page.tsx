/** The page of one mail: readable as it is; a browser with JavaScript turns its source into an editor. */
import { raw } from 'hono/html';
import type { Settings } from '../../../functions/contract/settings.ts';
import { title } from '../../local/web/words.ts';
import { fileAddress } from '../names.ts';
import { Meter, cardsOf, jsonFor } from './cards.tsx';
import { NOTHING_WRONG, parted, warningsElsewhere } from './findings.ts';
import type { Frames } from './frames.ts';
import type { Inspected } from './inspect.ts';
import { VIEWS } from './look.ts';
import type { Boot, Card, Look, Mark, Source } from './wire.ts';

export type MailView = {
  journey: string;
  name: string;
  settings: Settings;
  inspected: Inspected & { look: Look };
  boot: Boot;
  frames: Frames;
};

const Option = ({ value, text, chosen }: { value: string; text: string; chosen: boolean }) => (
  <option value={value} selected={chosen}>
    {text}
  </option>
);

const Check = (props: { name: string; value: string; title: string; on: boolean }) => (
  <label class="check">
    <input type="checkbox" name={props.name} value={props.value} checked={props.on} />
    {props.title}
  </label>
);

/** A form, so that it works without JavaScript: its answers are the address of the page. */
const Looks = ({ look, locales, samples }: Inspected & { look: Look }) => (
  <form class="looks" method="get" id="looks">
    <fieldset class="views">
      <legend class="sr">Shown as</legend>
      {VIEWS.map(({ view, title: text }) => (
        <label>
          <input type="radio" name="view" value={view} checked={view === look.view} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
    <div class="choose">
      <label>
        Language
        <select name="locale">
          {Object.entries(locales).map(([locale, { name }]) => (
            <Option value={locale} text={`${name} (${locale})`} chosen={locale === look.locale} />
          ))}
        </select>
      </label>
      <label>
        Customer
        <select name="sample">
          {samples.map(({ name, title: text }) => (
            <Option value={name} text={text} chosen={name === look.sample} />
          ))}
        </select>
      </label>
      <Check name="dark" value="1" title="Dark" on={look.dark} />
      <Check name="images" value="off" title="Images off" on={!look.images} />
      <button class="show">Show</button>
    </div>
  </form>
);

/** A mail in its frame: no script runs in it, and the frame has a policy of its own. */
const CardView = ({ card }: { card: Card }) => (
  <article class="preview-card" data-key={card.key}>
    <header>{raw(card.head)}</header>
    {card.frame && (
      <div class="paper">
        <iframe
          title={card.title}
          src={card.frame}
          sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        ></iframe>
      </div>
    )}
  </article>
);

const marksIn = (marks: readonly Mark[], path: string): Mark[] =>
  marks.filter(({ file }) => file === path);

/** As it stands in the file, with what is wrong under its line. */
const Listing = ({ source, marks }: { source: Source; marks: readonly Mark[] }) => (
  <details open={source.group === 'mail'} id={`file-${source.path}`}>
    <summary>
      {source.path}
      {marks.length > 0 && <span class="pill stop">{marks.length}</span>}
    </summary>
    <noscript>
      <p class="plain-form">
        <a href={fileAddress(source.path)}>Change it in a form</a>
      </p>
    </noscript>
    <pre class="listing" tabindex={0}>
      {source.text.split('\n').map((line, at) => (
        <code class={marks.some((mark) => mark.line === at + 1) ? 'wrong' : undefined}>
          {line}
          {'\n'}
        </code>
      ))}
    </pre>
  </details>
);

const Found = ({ marks, here }: { marks: readonly Mark[]; here: boolean }) => (
  <ul>
    {marks.map(({ file, line, reason, remedy, severity, address }) => (
      <li class={severity}>
        <a class="place" href={here ? `#file-${file}` : address}>
          {file}:{line}
        </a>{' '}
        <b>{reason}</b> <span>Wanted: {remedy}</span>
      </li>
    ))}
  </ul>
);

/** The editor writes the same list while somebody types: browser/findings.ts. */
const Findings = ({ marks, sources }: Boot) => {
  const isOpen = (file: string) => sources.some(({ path }) => path === file);
  const { here, elsewhere } = parted(marks, isOpen);
  return (
    <section class="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      <div id="findings" aria-live="polite">
        {here.length === 0 ? <p class="note">{NOTHING_WRONG}</p> : <Found marks={here} here />}
        {elsewhere.length > 0 && (
          <details>
            <summary>{warningsElsewhere(elsewhere.length)}</summary>
            <Found marks={elsewhere} here={false} />
          </details>
        )}
      </div>
    </section>
  );
};

const Write = ({ boot }: Pick<MailView, 'boot'>) => (
  <section class="write" aria-label="Source">
    <div id="editor">
      <noscript>
        <p class="note">
          This editor needs JavaScript. Here is what is saved, and how it looks; each file can also
          be changed in a plain form.
        </p>
      </noscript>
      <div class="listings">
        {boot.sources.map((source) => (
          <Listing source={source} marks={marksIn(boot.marks, source.path)} />
        ))}
      </div>
    </div>
    <Findings {...boot} />
  </section>
);

/** All of the page but the studio's own frame. */
export const MailPage = ({ journey, name, settings, inspected, boot, frames }: MailView) => {
  const { look, locales, largest } = inspected;
  return (
    <div class="mail-page" data-view={look.view} id="mail-page">
      <div class="mail-head">
        <p class="crumbs">
          <a href="/studio">Mails</a> / <a href={`/studio/journeys/${journey}`}>{title(journey)}</a>
        </p>
        <h1>{title(name)}</h1>
        <a class="test" href={`/studio/test-mail/${journey}/${name}`}>
          Send yourself a test
        </a>
      </div>
      <Write boot={boot} />
      <section class="preview" aria-labelledby="preview-title" id="preview">
        <h2 id="preview-title" class="sr">
          Preview
        </h2>
        <Looks {...inspected} />
        <div id="meter">
          <Meter largest={largest} locales={locales} />
        </div>
        <p id="stale" class="note" hidden>
          This is how it looked before the errors.
        </p>
        <div id="cards" class="cards" tabindex={0} role="group" aria-label="Mails as shown">
          {inspected.shown === undefined && (
            <p class="not-sent">There is no preview until the findings are mended.</p>
          )}
          {cardsOf(inspected, settings.sender, frames).map((card) => (
            <CardView card={card} />
          ))}
        </div>
      </section>
      <script type="application/json" id="boot">
        {raw(jsonFor(boot))}
      </script>
    </div>
  );
};
