/** One mail of the preview: how the inbox shows it, what it weighs, and the mail in a frame of its own. */
import type { Written } from '../../../functions/app/render.ts';
import { type Direction, MAIL_HTML_BYTES_MAX } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import type { Locales } from '../../templates/locales.ts';
import type { Frames } from './frames.ts';
import { bytesOf, type Inspected, type Shown, type Size } from './inspect.ts';
import type { Card, Look } from './wire.ts';

/** The usual width of a phone's list in letters of a subject: 35 to 45, by phone and letters. */
const PHONE_SUBJECT_CHARS = 40;

export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

const directionOf = (locales: Locales, locale: string): Direction => locales[locale]?.dir ?? 'ltr';

type Sender = Settings['sender'];

/** A row of an inbox: as wide as the preview, cut where it ends. */
const InboxLine = ({ mail, sender, dir }: { mail: Written; sender: Sender; dir: Direction }) => (
  <div class="inbox-line" dir={dir} lang={mail.words}>
    <b class="from" dir="auto">
      <bdi>{sender.fromName}</bdi>
    </b>
    <span class="says">
      <span class="subject">{mail.subject}</span>
      <span class="preheader">{mail.preheader}</span>
    </span>
  </div>
);

const lengthOf = (text: string): number => [...text].length;

/** Whether a phone shows the whole subject. */
const Lengths = ({ subject, preheader }: Written) => (
  <p class="note">
    Subject of {lengthOf(subject)} characters
    {lengthOf(subject) > PHONE_SUBJECT_CHARS && ` (phones show about ${PHONE_SUBJECT_CHARS})`},
    preheader of {lengthOf(preheader)}.
  </p>
);

const Not = ({ rendered }: Pick<Shown, 'rendered'>) => (
  <p class="not-sent">
    {'aborted' in rendered
      ? `Not sent to this customer: ${rendered.aborted}.`
      : 'failed' in rendered && `This mail would fail: ${rendered.failed}`}
  </p>
);

const ViewOf = (props: { shown: Shown; look: Look; locales: Locales; sender: Sender }) => {
  const { shown, look, locales, sender } = props;
  const { rendered, locale, sample } = shown;
  const dir = directionOf(locales, locale);
  const title = look.view === 'customers' ? sample.title : (locales[locale]?.name ?? locale);
  return (
    <>
      <h3>
        <bdi>{title}</bdi>
        {look.view === 'languages' && <small>{reviewOf(locales, locale)}</small>}
        <small>{kilobytes(bytesOf(rendered))}</small>
      </h3>
      {'html' in rendered ? (
        <>
          <InboxLine mail={rendered} sender={sender} dir={dir} />
          {look.view !== 'languages' && look.view !== 'customers' && <Lengths {...rendered} />}
          {look.view === 'text' && (
            <pre class="plain-text" dir={dir} lang={rendered.words} tabindex={0}>
              {rendered.text}
            </pre>
          )}
        </>
      ) : (
        <Not rendered={rendered} />
      )}
    </>
  );
};

const reviewOf = (locales: Locales, locale: string): string =>
  locales[locale]?.reviewedBy ? `read by ${locales[locale].reviewedBy}` : 'not reviewed';

export const frameAddress = (id: string, { dark, images }: Look): string =>
  `/studio/frames/${id}?scheme=${dark ? 'dark' : 'light'}&images=${images ? 'on' : 'off'}`;

/** The mails of a preview as HTML and addresses of frames: the same for the first page and while typing. */
export function cardsOf(
  { shown = [], locales, look }: Inspected & { look: Look },
  sender: Sender,
  frames: Frames,
): Card[] {
  return shown.map((each) => {
    const { locale, sample, rendered } = each;
    const head = <ViewOf shown={each} look={look} locales={locales} sender={sender} />;
    const framed = look.view !== 'text' && 'html' in rendered;
    return {
      key: `${locale} ${sample.name}`,
      head: String(head),
      title: `Mail in ${locales[locale]?.name ?? locale}, ${sample.title}`,
      ...(framed && { frame: frameAddress(frames.keep(rendered.html), look) }),
    };
  });
}

/** How near the longest mail is to what Gmail cuts. */
export const Meter = ({ largest, locales }: { largest?: Size | undefined; locales: Locales }) =>
  largest ? (
    <p class="meter">
      <meter
        aria-label="Size of the longest mail"
        min={0}
        max={MAIL_HTML_BYTES_MAX}
        high={MAIL_HTML_BYTES_MAX * 0.8}
        value={largest.bytes}
      ></meter>{' '}
      <span>
        {kilobytes(largest.bytes)} of {kilobytes(MAIL_HTML_BYTES_MAX)} at most, in{' '}
        <bdi>{locales[largest.locale]?.name ?? largest.locale}</bdi>
      </span>
    </p>
  ) : (
    <p class="meter note">Nothing to weigh while there are errors.</p>
  );

/** For requests and for the first page alike. */
export const jsonFor = (value: object): string =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');
