/** All checks of templates: while they are typed, before they are published, and in CI. */
import type { Journey } from '../../../functions/contract/journeys.ts';
import type { Release } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import { build, type Built, type Compile, ReleaseRefused } from '../../build-release.ts';
import type { Brand } from '../assemble.ts';
import { type CompiledMail, compileMail, scopesOf } from '../compile.ts';
import { type MailFile, SHARED, type TemplateFiles } from '../files.ts';
import { journeyOf, kindOf, ofBrand, type OpenTemplates, openTemplates } from '../open.ts';
import { checkFront } from '../front.ts';
import { concerns, samplesIn } from '../preview.ts';
import { type RuledProblem, ruled } from '../problem.ts';
import { unknownClients } from './clients.ts';
import { reviewerProblems, sampleProblems } from './files-only.ts';
import { type Finding, found } from './finding.ts';
import {
  claimProblems,
  priceProblems,
  sellsToEu,
  severityIn,
  transactionalProblems,
} from './law.ts';
import { contentOf, type Counts, type MailChecked, Memory } from './memory.ts';
import { renderedFindings } from './rendered.ts';

export type { Finding } from './finding.ts';

export type Checked = {
  /** By file, then line; errors and warnings. */
  findings: Finding[];
  /** What would be published; absent where something cannot be compiled, and where only one mail was asked for. */
  release?: Release;
  /** Mails that were rendered: templates x locales x samples. */
  rendered: number;
};

export type CheckOptions = {
  /** Only this mail, `post-purchase/first-thanks`, and what it is made of. */
  mail?: string;
  /** Told after each mail. */
  progress?: (done: number, all: number, mail: string) => void;
};

/** Remembers what it has seen: the same text is never checked twice. */
export type Checker = {
  check(settings: Settings, files: TemplateFiles, options?: CheckOptions): Promise<Checked>;
  /** Work that was done since it was made. */
  readonly counts: Readonly<Counts>;
};

type Work = {
  memory: Memory;
  settings: Settings;
  open: OpenTemplates;
  contentOf(id: string): string;
  problems: readonly RuledProblem[];
};

const LOCALE_FILE = /(?:^|\/)locales\/([\w-]+?)(?:\.default)?\.json$/;

/** Languages in which something is wrong with the words of a mail. */
const wrongLocales = (id: string, problems: readonly RuledProblem[]): Set<string> =>
  new Set(
    problems
      .filter(({ file }) => concerns(id, file))
      .flatMap(({ file }) => LOCALE_FILE.exec(file)?.[1] ?? []),
  );

/** Consumer law of the EU is an error for whom it holds. */
const lawFindings = (
  work: Work,
  brand: Brand,
  mail: MailFile,
  compiled: CompiledMail,
  journey: Journey,
) => {
  const severity = severityIn(sellsToEu(work.settings, brand));
  const scopes = scopesOf(work.open, journey);
  return [
    ...claimProblems(mail, compiled, scopes, brand),
    ...priceProblems(mail, compiled.lines),
  ].map(({ locale, ...problem }: ReturnType<typeof claimProblems>[number]) =>
    found(problem, { severity, mail: mail.id, ...(locale && { locale }) }),
  );
};

async function checkMail(
  work: Work,
  brand: Brand,
  mail: MailFile,
  compiled: CompiledMail,
  journey: Journey,
): Promise<MailChecked> {
  const { memory, open, settings } = work;
  const key = work.contentOf(mail.id);
  const before = memory.checked.get(key);
  if (before) return before;
  const kind = kindOf(journey, mail.id);
  const { template, lines } = compiled;
  const untrue = sampleProblems(open, mail, kind, settings);
  const own = [...untrue, ...transactionalProblems(mail, lines, kind)].map((problem) =>
    found(problem, { mail: mail.id }),
  );
  const findings = [...own, ...lawFindings(work, brand, mail, compiled, journey)];
  // What cannot be would only show what cannot be.
  if (!template || !lines || untrue.length > 0)
    return memory.checked.set(key, { findings, rendered: 0 });
  const samples = samplesIn(open, mail.id, settings);
  const shown = await renderedFindings(memory, {
    mail,
    template,
    lines,
    marketing: kind.marketing,
    samples,
    settings: ofBrand(settings, brand),
    clients: brand.clients,
    withoutLocales: wrongLocales(mail.id, work.problems),
  });
  return memory.checked.set(key, {
    findings: [...findings, ...shown.findings],
    rendered: shown.rendered,
  });
}

const remembering =
  (memory: Memory, contentOf: (id: string) => string): Compile =>
  async (open, brand, mail, journey) => {
    const key = contentOf(mail.id);
    const before = memory.compiled.get(key);
    if (before) return before;
    memory.counts.compiled += 1;
    return memory.compiled.set(key, await compileMail(open, brand, mail, journey));
  };

/** One mail, whatever is wrong with the others; there is no release of one mail. */
async function buildOne(
  settings: Settings,
  files: TemplateFiles,
  id: string,
  compile: Compile,
): Promise<Built> {
  const open = openTemplates(settings, files);
  const problems = open.problems.filter(({ file }) => concerns(id, file));
  const mail = open.mails.find((each) => each.id === id);
  const journey = mail && journeyOf(id, open.journeys);
  if (!mail || !journey || !open.brand) {
    const missing = { file: `${id}.mjml`, line: 1, got: 'no such mail', wanted: 'its file' };
    const told = problems.length > 0 ? problems : ruled('partial', [missing]);
    return { open, mails: new Map(), problems: told };
  }
  const compiled = await compile(open, open.brand, mail, journey);
  const front = ruled('front-matter', checkFront(mail, journey, settings));
  return {
    open,
    mails: new Map([[id, compiled]]),
    problems: [...problems, ...front, ...compiled.problems],
  };
}

/** A line is told once, whichever mail shows it; what holds for all comes last. */
function sorted(findings: readonly Finding[]): Finding[] {
  const once = new Map<string, Finding>();
  for (const finding of findings) {
    const { rule, file, line, got } = finding;
    const key = `${rule} ${file}:${line} ${got}`;
    if (!once.has(key)) once.set(key, finding);
  }
  const key = ({ file, line }: Finding) => `${file} ${String(line).padStart(6, '0')}`;
  return [...once.values()].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function brandFindings(brand: Brand | undefined): Finding[] {
  const file = `${SHARED}/brand.yaml`;
  return unknownClients(brand?.clients ?? []).map((client) =>
    found({
      rule: 'brand',
      file,
      line: 1,
      got: `the mail program ${client}`,
      wanted: 'one that caniemail.com knows, such as gmail.* or outlook.windows',
    }),
  );
}

async function checkWith(
  memory: Memory,
  settings: Settings,
  files: TemplateFiles,
  { mail: only, progress }: CheckOptions,
): Promise<Checked> {
  const content = contentOf(files, settings);
  const compile = remembering(memory, content);
  const built = only
    ? await buildOne(settings, files, only, compile)
    : await build(settings, files, compile);
  const { open, release } = built;
  const { brand } = open;
  const { problems } = built;
  const work: Work = { memory, settings, open, contentOf: content, problems };
  const findings = problems.map((problem) => found(problem));
  findings.push(
    ...reviewerProblems(open).map((problem) => found(problem)),
    ...brandFindings(brand),
  );
  let rendered = 0;
  let done = 0;
  for (const [id, compiled] of built.mails) {
    const mail = open.mails.find((each) => each.id === id);
    const journey = journeyOf(id, open.journeys);
    if (!mail || !journey || !brand) continue;
    const checked = await checkMail(work, brand, mail, compiled, journey);
    findings.push(...checked.findings);
    rendered += checked.rendered;
    done += 1;
    progress?.(done, built.mails.size, id);
  }
  return { findings: sorted(findings), ...(release && { release }), rendered };
}

/** A checker that has seen nothing yet; a studio keeps one. */
export function newChecker(): Checker {
  const memory = new Memory();
  return {
    counts: memory.counts,
    check: (settings, files, options = {}) => checkWith(memory, settings, files, options),
  };
}

/** Whatever is wrong with `files`. Nothing is published that has an error among it. */
export const checkAll = (
  settings: Settings,
  files: TemplateFiles,
  options: CheckOptions = {},
): Promise<Checked> => newChecker().check(settings, files, options);

/** Throws `ReleaseRefused` with every error; warnings hold nothing back. */
export async function refuseErrors(settings: Settings, files: TemplateFiles): Promise<void> {
  const { findings } = await checkAll(settings, files);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ReleaseRefused(errors);
}
