/** The languages of the shop: templates/_shared/locales.yaml. */
import * as z from 'zod';
import type { LocaleInfo } from '../../functions/contract/release.ts';
import { newReport, parsed } from '../../functions/domain/journeys/problems.ts';
import { readSource } from '../../functions/domain/journeys/source.ts';
import { type Outcome, SHARED, type TemplateFiles } from './files.ts';

/** The words that all others are held against; a journey without words is written in it. */
export const DEFAULT_LOCALE = 'en';
const LOCALES_FILE = `${SHARED}/locales.yaml`;

export const localesSchema = z.record(
  z.string().regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, 'a locale such as lt or pt-BR'),
  z.strictObject({
    name: z.string().min(1),
    dir: z.enum(['ltr', 'rtl']),
    reviewed_by: z.string().min(1).nullable(),
    names: z.literal('inflected').optional(),
  }),
);
/** `inflectsNames`: a name in a greeting would have to be declined there, so its words may leave it out. */
export type Locales = { [locale: string]: LocaleInfo & { inflectsNames?: boolean } };

/** The shop's languages. Without the file there is one: English, and nobody needs to review it. */
export function readLocales(files: TemplateFiles): Outcome<Locales> {
  const text = files.get(LOCALES_FILE);
  const english: Locales[string] = { name: 'English', dir: 'ltr', reviewedBy: null };
  if (text === undefined) return { ok: true, value: { [DEFAULT_LOCALE]: english } };
  const read = readSource(LOCALES_FILE, text);
  if (!read.ok) return read;
  const report = newReport(read.source);
  const locales = parsed(localesSchema, read.source.value, [], report);
  if (locales && !locales[DEFAULT_LOCALE]) {
    report.add([], `no ${DEFAULT_LOCALE}`, 'English, which all other words are held against');
  }
  for (const locale of Object.keys(locales ?? {})) {
    if (Intl.PluralRules.supportedLocalesOf(locale).length === 0) {
      report.add([locale], locale, 'a locale whose plurals are known');
    }
  }
  if (!locales || report.problems.length > 0) return { ok: false, problems: report.problems };
  const value = Object.fromEntries(
    Object.entries(locales).map(([locale, { name, dir: direction, reviewed_by, names }]) => [
      locale,
      { name, dir: direction, reviewedBy: reviewed_by, ...(names && { inflectsNames: true }) },
    ]),
  );
  return { ok: true, value };
}
