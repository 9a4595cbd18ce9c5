/** What the files alone tell beyond what stops a release: samples, reviewers. */
import type { Settings } from '../../../functions/contract/settings.ts';
import { readSource } from '../../../functions/domain/journeys/source.ts';
import type { MailKind } from '../check.ts';
import { type MailFile, SHARED } from '../files.ts';
import type { OpenTemplates } from '../open.ts';
import { SAMPLES_FILE, samplesIn, samplesSource } from '../preview.ts';
import type { RuledProblem } from '../problem.ts';
import { mailSchema } from '../variables.ts';

const LOCALES_FILE = `${SHARED}/locales.yaml`;

/** A person who speaks a language as the first has read its words; who has not is told, and nothing stops. */
export function reviewerProblems({ files, words }: OpenTemplates): RuledProblem[] {
  const read = readSource(LOCALES_FILE, files.get(LOCALES_FILE) ?? '');
  return Object.entries(words.locales).flatMap(([locale, { name, reviewedBy }]): RuledProblem[] => {
    if (reviewedBy !== null || files.get(LOCALES_FILE) === undefined) return [];
    const line = read.ok ? read.source.lineOf([locale]) : 1;
    const wanted = `reviewed_by: a native speaker of ${name} who has read the words`;
    return [{ rule: 'reviewer', file: LOCALES_FILE, line, got: `${locale} not reviewed`, wanted }];
  });
}

const hasPath = (value: unknown, path: readonly PropertyKey[]): boolean =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as { [key: PropertyKey]: unknown })[key]
        : undefined,
    value,
  ) !== undefined;

/** Sample variables held against those that a mail of this kind has when it is sent. */
export function sampleProblems(
  open: OpenTemplates,
  mail: MailFile,
  { about }: MailKind,
  settings: Settings,
): RuledProblem[] {
  const schema = mailSchema(about);
  const source = samplesSource(open.files);
  const told = new Set<string>();
  return samplesIn(open, mail.id, settings).flatMap(({ name, variables }) =>
    (schema.safeParse(variables).error?.issues ?? []).flatMap((issue): RuledProblem[] => {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
      return keys.flatMap((key): RuledProblem[] => {
        const path = [...issue.path, ...(key === undefined ? [] : [key])];
        const own = hasPath(mail.front.sample, path);
        const file = own ? mail.file : SAMPLES_FILE;
        const inFile = path.map((part) => (typeof part === 'symbol' ? '' : part));
        const line = own ? mail.lineOf('sample') : source.ok ? source.source.lineOf(inFile) : 1;
        const place = `${file} ${path.join('.')}`;
        if (told.has(place)) return [];
        told.add(place);
        const got =
          key === undefined ? `${path.join('.')} of ${name}` : `the variable ${path.join('.')}`;
        const wanted =
          key === undefined ? issue.message : 'a variable that this mail has (docs/variables.md)';
        return [{ rule: 'sample', file, line, got, wanted }];
      });
    }),
  );
}
