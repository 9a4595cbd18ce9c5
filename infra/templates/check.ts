/** What a machine can find wrong with a mail before anybody gets it; each with file and line. */
import type { Liquid } from 'liquidjs';
import { htmlEngine, textEngine } from '../../functions/app/liquid.ts';
import {
  CONDITION_VARIABLES,
  LINE_VARIABLES,
  MAIL_VARIABLES,
  type VariableDoc,
} from '../../functions/contract/variables.ts';
import type { About } from '../../functions/domain/journeys/check-condition.ts';
import type { RuleId } from './checks/rules.ts';
import type { Line } from './files.ts';
import { misplaced } from './places.ts';
import type { RuledProblem } from './problem.ts';

/** Without these nobody may get marketing mail (CAN-SPAM, GDPR, and the mailbox providers' own rules). */
const MARKETING_NEEDS: Readonly<Record<string, [RuleId, string]>> = {
  'links.unsubscribe': ['unsubscribe', 'a link to leave, {{ links.unsubscribe }}'],
  'shop.address': ['postal-address', 'the postal address, {{ shop.address }}'],
};

/** What the checks need to know beside the lines. */
export type MailKind = { about: About | undefined; marketing: boolean };

const docOf = (name: string): VariableDoc | undefined =>
  CONDITION_VARIABLES[name] ?? MAIL_VARIABLES[name];

/** The line on which a piece of text first stands. */
const lineWith = (lines: readonly Line[], text: string): Line | undefined =>
  lines.find((line) => line.text.includes(text)) ?? lines[0];

const at = (rule: RuleId, line: Line | undefined, got: string, wanted: string): RuledProblem => ({
  rule,
  file: line?.file ?? '',
  line: line?.line ?? 1,
  got,
  wanted,
});

/** Made while rendering: the finished subject and preheader, and the language of the words. */
const OF_THE_MAIL = ['mail.subject', 'mail.preheader', 'mail.lang'];

function checkVariable(name: string, about: About | undefined): string | undefined {
  const [group = '', ...rest] = name.split('.');
  if (group === 'mail') {
    return OF_THE_MAIL.includes(name) ? undefined : `one of ${OF_THE_MAIL.join(', ')}`;
  }
  if (group === 'line') {
    const known = LINE_VARIABLES.includes(rest.join('.'));
    return known
      ? undefined
      : `one of ${LINE_VARIABLES.map((field) => `line.${field}`).join(', ')}`;
  }
  const doc = docOf(name) ?? (rest.at(-1) === 'size' ? docOf(name.slice(0, -5)) : undefined);
  if (!doc) {
    const all = [...Object.keys(CONDITION_VARIABLES), ...Object.keys(MAIL_VARIABLES)];
    const near = all.filter((known) => known.startsWith(`${group}.`));
    return near.length > 0 ? `one of ${near.join(', ')}` : 'a variable of the reference';
  }
  if (doc.about === undefined || doc.about === about) return undefined;
  return `a variable that the journey's trigger has; ${name} needs one about ${doc.about}`;
}

/** Names made by `for`, `assign` and `capture` are the mail's own. */
const ownNames = (source: string): Set<string> =>
  new Set(
    [...source.matchAll(/\{%-?\s*(?:for|assign|capture)\s+([\w-]+)/g)].map(
      (match) => match[1] ?? '',
    ),
  );

/** liquidjs counts lines of what was put together; here each stands where somebody wrote it. */
const PLACE = /, line:\d+, col:\d+$/;
const UNKNOWN_FILTER = /^undefined filter: (\S+)$/;

/** What liquidjs refuses to read, and the row of it. */
function unreadable(error: unknown): { row: number; why: string } {
  const token = (error as { token?: { getPosition?(): [number, number] } }).token;
  const [row = 1] = token?.getPosition?.() ?? [];
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  return { row: row - 1, why: message.replace(PLACE, '') };
}

/** Variables of a source. A filter that nobody knows is told and left out, so that the rest is read as well. */
function readLiquid(engine: Liquid, lines: readonly Line[]) {
  const rows = lines.map((line) => line.text);
  const problems: RuledProblem[] = [];
  for (;;) {
    try {
      const parsed = engine.parse(rows.join('\n'));
      return { names: engine.fullVariablesSync(parsed, { partials: false }), problems };
    } catch (error) {
      const { row, why } = unreadable(error);
      const [, filter] = UNKNOWN_FILTER.exec(why) ?? [];
      const without = rows[row]?.replace(/\|\s*([\w?-]+)/g, (whole, name) =>
        name === filter ? '| strip' : whole,
      );
      if (!filter || !without || without === rows[row]) {
        const rule = filter ? 'filter' : 'liquid';
        return { problems: [...problems, at(rule, lines[row], why, 'Liquid that can be read')] };
      }
      const wanted = `one of ${Object.keys(engine.filters).sort().join(', ')}`;
      problems.push(at('filter', lines[row], `the filter ${filter}`, wanted));
      rows[row] = without;
    }
  }
}

function checkLiquid(engine: Liquid, lines: readonly Line[], kind: MailKind): RuledProblem[] {
  const { names, problems: unread } = readLiquid(engine, lines);
  if (!names) return unread;
  const own = ownNames(lines.map((line) => line.text).join('\n'));
  const problems = names.flatMap((name) => {
    const group = name.split('.')[0] ?? '';
    if (own.has(group) && group !== 'line') return [];
    if (name === 'line') return [];
    const wanted = checkVariable(name, kind.about);
    return wanted ? [at('variable', lineWith(lines, name), `the variable ${name}`, wanted)] : [];
  });
  for (const [name, [rule, wanted]] of Object.entries(kind.marketing ? MARKETING_NEEDS : {})) {
    if (!names.includes(name))
      problems.push(at(rule, lines.at(-1), 'a marketing mail without it', wanted));
  }
  return [...unread, ...problems];
}

/** Addresses in links and pictures come from the shop or from us, never from free text. */
const ADDRESS = /\b(href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const SAFE_ADDRESS =
  /^(?:\{\{\s*(?:links\.\w+|shop\.url|\w+\.(?:\w+_)?url)\s*\}\}|https:\/\/|mailto:)/;

/** Within an address only the first output may be one; the others are encoded as parts of it. */
const restIsEncoded = (address: string): boolean =>
  [...address.matchAll(/\{\{([\s\S]*?)\}\}/g)].every(
    ({ 1: output = '', index }) => index === 0 || /\|\s*url_encode\s*$/.test(output),
  );

function checkMarkup(lines: readonly Line[]): RuledProblem[] {
  return lines.flatMap((line) => {
    const problems: RuledProblem[] = [];
    for (const [, name = '', double, single] of line.text.matchAll(ADDRESS)) {
      const address = double ?? single ?? '';
      const got = `${name}="${address}"`;
      if (!SAFE_ADDRESS.test(address)) {
        problems.push(at('address', line, got, 'https://, mailto:, or an address variable'));
      } else if (!restIsEncoded(address)) {
        problems.push(at('address', line, got, 'parts of an address with | url_encode'));
      }
    }
    for (const [image] of line.text.matchAll(/<(?:img|mj-image)\b[^>]*>/g)) {
      const missing = ['alt', 'width'].filter((name) => !new RegExp(`\\s${name}=`).test(image));
      if (missing.length > 0) {
        problems.push(
          at('image', line, `a picture without ${missing.join(' and ')}`, 'alt and width'),
        );
      }
    }
    return problems;
  });
}

/** Checks the compiled HTML: no value stands where escaping could not hold it. */
export const checkPlaces = (html: string, lines: readonly Line[]): RuledProblem[] =>
  misplaced(html).map(({ output, where, before }) =>
    at(
      'place',
      // MJML keeps the order, so the same one of those that look alike is meant.
      lines.flatMap((line) =>
        line.text
          .split(output)
          .slice(1)
          .map(() => line),
      )[before] ?? lineWith(lines, output),
      `${output} ${where}`,
      'text between tags, or a quoted attribute that is neither style nor code',
    ),
  );

/** Checks the assembled MJML and text of one mail, before MJML is compiled. */
export const checkMail = (
  html: readonly Line[],
  text: readonly Line[],
  kind: MailKind,
): RuledProblem[] => [
  ...checkLiquid(htmlEngine, html, kind),
  ...checkMarkup(html),
  ...checkLiquid(textEngine, text, kind),
];
