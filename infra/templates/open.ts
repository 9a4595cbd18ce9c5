/** The templates folder, read: brand, journeys, mails and words, with everything that is wrong in them. */
import type { Journey } from '../../functions/contract/journeys.ts';
import { JOURNEYS_MAX } from '../../functions/contract/journeys.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { ABOUT } from '../../functions/domain/journeys/check-condition.ts';
import type { Problem } from '../../functions/domain/journeys/source.ts';
import { compileJourney } from '../../functions/domain/journeys/compile.ts';
import { type Brand, readBrand } from './assemble.ts';
import type { MailKind } from './check.ts';
import {
  JOURNEY_FILE,
  journeyFolders,
  type MailFile,
  mailNames,
  readMail,
  type TemplateFiles,
} from './files.ts';
import { type RuledProblem, ruled } from './problem.ts';
import { readWordbook, type Wordbook } from './words.ts';

export type OpenTemplates = {
  files: TemplateFiles;
  /** Absent where brand.yaml or locales.yaml cannot be read: no mail can be put together then. */
  brand?: Brand;
  journeys: Journey[];
  mails: MailFile[];
  words: Wordbook;
  problems: RuledProblem[];
};

const templateIds = (files: TemplateFiles): Set<string> =>
  new Set(journeyFolders(files).flatMap((f) => mailNames(files, f).map((name) => `${f}/${name}`)));

function readJourneys(files: TemplateFiles, settings: Settings) {
  const templates = templateIds(files);
  const journeys: Journey[] = [];
  const problems: RuledProblem[] = [];
  for (const folder of journeyFolders(files)) {
    const path = `${folder}/${JOURNEY_FILE}`;
    const text = files.get(path);
    if (text === undefined) {
      const missing = { file: path, line: 1, got: 'no file', wanted: 'the journey of this folder' };
      problems.push({ rule: 'journey', ...missing });
      continue;
    }
    const compiled = compileJourney(
      { path, text },
      { templates, holdout: settings.holdout.journey },
    );
    if (compiled.ok) journeys.push(compiled.journey);
    else problems.push(...ruled('journey', compiled.problems));
  }
  if (journeys.length > JOURNEYS_MAX) {
    const got = `${journeys.length} journeys`;
    problems.push({ rule: 'journey', file: '.', line: 1, got, wanted: `at most ${JOURNEYS_MAX}` });
  }
  return { journeys, problems };
}

/** A line break in what becomes a header would begin another one. */
const ofFront = (problem: Problem): RuledProblem => ({
  rule: /[\p{Cc}\u2028\u2029]/u.test(problem.got) ? 'header' : 'front-matter',
  ...problem,
  got: problem.got.replace(/[\p{Cc}\u2028\u2029]/gu, '\u2424'),
});

function readMails(files: TemplateFiles) {
  const mails: MailFile[] = [];
  const problems: RuledProblem[] = [];
  for (const folder of journeyFolders(files)) {
    for (const name of mailNames(files, folder)) {
      const mail = readMail(files, folder, name);
      if (mail.ok) mails.push(mail.value);
      else problems.push(...mail.problems.map(ofFront));
    }
  }
  return { mails, problems };
}

/** Never throws: whatever cannot be read is a problem, and the rest is there. */
export function openTemplates(settings: Settings, files: TemplateFiles): OpenTemplates {
  const brand = readBrand(files);
  const mails = readMails(files);
  const journeys = readJourneys(files, settings);
  const words = readWordbook(files, journeyFolders(files));
  const problems = [
    ...mails.problems,
    ...journeys.problems,
    ...(brand.ok ? [] : ruled('brand', brand.problems)),
    ...words.problems,
  ];
  const readable = brand.ok && Object.keys(words.locales).length > 0;
  return {
    files,
    ...(readable && { brand: brand.value }),
    journeys: journeys.journeys,
    mails: mails.mails,
    words,
    problems,
  };
}

/** The journey that sends a mail: it decides what the mail may say. */
export const journeyOf = (id: string, journeys: readonly Journey[]): Journey | undefined =>
  journeys.find((journey) => id.startsWith(`${journey.id}/`));

const isMarketing = (journey: Journey, id: string): boolean =>
  journey.steps.some(
    (step) => step.kind === 'send' && step.template === id && step.purpose === 'marketing',
  );

/** What a mail is about, and whether any of its steps sends it as marketing. */
export const kindOf = (journey: Journey, id: string): MailKind => ({
  about: ABOUT[journey.trigger],
  marketing: isMarketing(journey, id),
});

/** The shop as its brand file calls it. */
export const ofBrand = (settings: Settings, brand: Brand | undefined): Settings => ({
  ...settings,
  shop: {
    ...settings.shop,
    ...(brand?.name && { name: brand.name }),
    ...(brand?.address && { address: brand.address }),
  },
});
