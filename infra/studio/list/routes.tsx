/** Journeys and their mails: where everybody begins. */
import type { Hono } from 'hono';
import { count } from '../../local/web/words.ts';
import type { Finding } from '../../templates/checks/index.ts';
import { changedFiles } from '../changes.ts';
import { checksOf } from '../checks.ts';
import type { StudioDeps } from '../deps.ts';
import { SharedFiles } from '../files/routes.tsx';
import { countedFindings, errorsIn, FindingList } from '../findings.tsx';
import { page } from '../layout.tsx';
import { languageName } from '../names.ts';
import type { StudioContext, StudioEnv } from '../security.ts';
import { type JourneyRow, type Language, listOf, type MailRow } from './journeys.ts';

const Marks = ({ changed, findings }: { changed: boolean; findings: readonly Finding[] }) => (
  <>
    {changed && <span class="pill wait">not published</span>}{' '}
    {findings.length > 0 && (
      <span class={`pill ${errorsIn(findings).length > 0 ? 'stop' : 'wait'}`}>
        {countedFindings(findings)}
      </span>
    )}
  </>
);

const Mail = ({ mail, subject }: { mail: MailRow; subject: string }) => (
  <li>
    <div class="told">
      <a href={`/studio/mails/${mail.id}`}>{mail.name}</a>
      <span class="subject">{subject}</span>
    </div>
    <div class="purpose">
      {mail.purpose ?? 'sent by no step'}
      {mail.topic && `, ${mail.topic}`}
    </div>
    <div class="figures">
      {mail.figures && `${count(mail.figures.sent)} sent, ${count(mail.figures.clicked)} clicked`}
    </div>
    <div class="marks">
      <Marks {...mail} />
    </div>
  </li>
);

const MODES = { off: 'is off', shadow: 'only watches', live: '' } as const;

const Journey = ({ journey }: { journey: JourneyRow }) => (
  <section class="card journey" aria-labelledby={`journey-${journey.id}`}>
    <header>
      <h2 id={`journey-${journey.id}`}>
        <a href={`/studio/journeys/${journey.id}`}>{journey.name}</a>
      </h2>
      <p class="note">
        {journey.begins ? `Begins ${journey.begins}.` : 'Its journey.yaml cannot be read.'}{' '}
        {journey.mode && MODES[journey.mode] && `It ${MODES[journey.mode]}.`}
      </p>
      <div class="marks">
        <Marks {...journey} />
      </div>
      <a class="words" href={`/studio/words/${journey.id}`}>
        Words<span class="sr"> of {journey.name}</span>
      </a>
    </header>
    <ul>
      {journey.mails.map((mail) => (
        <Mail mail={mail} subject={mail.subject ?? 'The lines above it cannot be read.'} />
      ))}
    </ul>
  </section>
);

const Languages = ({ languages, all }: { languages: readonly Language[]; all: number }) => (
  <section aria-labelledby="languages">
    <h2 id="languages">Languages</h2>
    <ul class="languages">
      {languages.map(({ locale, reviewedBy, journeys }) => (
        <li class="card">
          <b>{languageName(locale)}</b> <code>{locale}</code>
          <span class={`pill ${reviewedBy === null ? 'wait' : 'good'}`}>
            {reviewedBy === null ? 'not reviewed' : `reviewed by ${reviewedBy}`}
          </span>
          <small>{journeys === all ? 'all journeys' : `${journeys} of ${all} journeys`}</small>
        </li>
      ))}
    </ul>
    <p class="note">
      A language is reviewed when a native speaker has read all of its words and stands in{' '}
      <code>_shared/locales.yaml</code> by name.
    </p>
  </section>
);

async function listPage(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const files = await deps.workspace.files();
  const [changes = [], { checked, problem }] = await Promise.all([
    changedFiles(deps),
    checksOf(deps).soFar(files),
  ]);
  const findings = checked?.findings ?? [];
  const { settings } = deps;
  const figures = deps.figures?.() ?? [];
  const { journeys, languages, shared } = listOf({ settings, files, changes, findings, figures });
  return page(
    c,
    deps,
    { title: 'Mails', current: 'mails' },
    <>
      <h1>Mails</h1>
      <p class="lead">
        Each journey writes to a customer for one reason. Open a mail to change it and see it as
        each customer will; customers get it when you publish.
      </p>
      {problem !== undefined && <p class="notice stop">The checks could not run: {problem}</p>}
      {!checked && problem === undefined && (
        <p class="note" data-checks="running">
          Every mail is being checked in every language. <a href="/studio">Look again</a>
        </p>
      )}
      {journeys.map((journey) => (
        <Journey journey={journey} />
      ))}
      {shared.findings.length > 0 && (
        <>
          <h2>Of all mails: {countedFindings(shared.findings)}</h2>
          <FindingList findings={shared.findings} />
        </>
      )}
      <SharedFiles paths={[...files.keys()]} />
      <Languages languages={languages} all={journeys.length} />
    </>,
  );
}

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  app.get('/studio', (c) => listPage(c, deps));
}
