/** A mail to oneself: marked as a test, and counted nowhere. */
import type { Hono } from 'hono';
import { title } from '../../local/web/words.ts';
import { readLocales } from '../../templates/locales.ts';
import { samplesFor } from '../../templates/preview.ts';
import type { StudioDeps, TestMailOutcome } from '../deps.ts';
import { page, Token } from '../layout.tsx';
import { languageName } from '../names.ts';
import { Notice, type Said } from '../releases/overview.tsx';
import { formOf } from '../releases/routes.tsx';
import type { StudioContext, StudioEnv } from '../security.ts';

type Filled = { to?: string; locale?: string; sample?: string; customer?: string };

type FormProps = {
  c: StudioContext;
  id: string;
  filled: Filled;
  locales: readonly string[];
  samples: readonly { name: string; title: string }[];
};

const Choice = ({ value, text, chosen }: { value: string; text: string; chosen: boolean }) => (
  <option value={value} selected={chosen}>
    {text}
  </option>
);

function TestForm({ c, id, filled, locales, samples }: FormProps) {
  return (
    <form method="post" action={`/studio/test-mail/${id}`} class="card publish">
      <Token c={c} />
      <div class="fields">
        <div>
          <label for="to">Your address</label>
          <input
            type="email"
            id="to"
            name="to"
            value={filled.to ?? ''}
            required
            autocomplete="email"
          />
        </div>
        <div>
          <label for="locale">Language</label>
          <select id="locale" name="locale">
            {locales.map((locale) => (
              <Choice
                value={locale}
                text={languageName(locale)}
                chosen={locale === filled.locale}
              />
            ))}
          </select>
        </div>
        <div>
          <label for="sample">As this sample customer would get it</label>
          <select id="sample" name="sample">
            {samples.map(({ name, title: text }) => (
              <Choice value={name} text={text} chosen={name === filled.sample} />
            ))}
          </select>
        </div>
        <div>
          <label for="customer">Or as a real customer would: id or address</label>
          <input
            type="text"
            id="customer"
            name="customer"
            value={filled.customer ?? ''}
            autocomplete="off"
          />
        </div>
      </div>
      <p class="note">
        The text that is saved here, published or not. Its subject begins with [Test], its links
        lead to the shop's front page, and no figure counts it.
      </p>
      <button class="first">Send to me</button>
    </form>
  );
}

const NOWHERE = (
  <p class="lead">
    Nothing runs here that could send. Start the shop with <code>npm start</code>; for a stage, use{' '}
    <code>npm run test-mail</code> with credentials that may send.
  </p>
);

async function testMailPage(
  c: StudioContext,
  deps: StudioDeps,
  id: string,
  { said, filled = {} }: { said?: Said; filled?: Filled } = {},
): Promise<Response> {
  const files = await deps.workspace.files();
  if (!files.has(`${id}.mjml`)) return c.notFound();
  const read = readLocales(files);
  const locales = Object.keys(read.ok ? read.value : { en: true });
  const samples = samplesFor(files, id, deps.settings);
  const name = id.split('/').map(title).join(' › ');
  return page(
    c,
    deps,
    { title: `Test mail: ${name}`, current: 'mails' },
    <>
      {said && <Notice said={said} />}
      <a class="back" href={`/studio/mails/${id}`}>
        ← {name}
      </a>
      <h1>Send yourself a test</h1>
      {deps.sendTest ? (
        <TestForm c={c} id={id} filled={filled} locales={locales} samples={samples} />
      ) : (
        NOWHERE
      )}
    </>,
  );
}

async function send(c: StudioContext, deps: StudioDeps, id: string): Promise<Response> {
  const { to = '', locale = '', sample = '', customer = '' } = await formOf(c);
  const filled = { to, locale, sample, customer };
  const who = customer.trim() === '' ? { sample } : { customer: customer.trim() };
  const outcome: TestMailOutcome = (await deps.sendTest?.({ mail: id, to, locale, who })) ?? {
    refused: 'Nothing runs here that could send.',
  };
  if ('refused' in outcome) {
    c.status(409);
    return testMailPage(c, deps, id, { filled, said: { tone: 'stop', text: outcome.refused } });
  }
  const text = deps.home ? (
    <>
      Sent to {to}. It is in <a href="/inbox">the inbox</a>.
    </>
  ) : (
    `Sent to ${to}.`
  );
  return testMailPage(c, deps, id, { filled, said: { tone: 'good', text } });
}

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  const idOf = (c: StudioContext) => `${c.req.param('journey')}/${c.req.param('mail')}`;
  app.get('/studio/test-mail/:journey/:mail', (c) => testMailPage(c, deps, idOf(c)));
  app.post('/studio/test-mail/:journey/:mail', (c) => send(c, deps, idOf(c)));
}
