/**
 * The same compiled HTML in Handlebars: each piece of Liquid in it becomes what a person would write for it.
 * Compiled to a function beforehand; words, numbers and money are made by the same functions as ours.
 */
import Handlebars from 'handlebars';
import { money, number } from '../../../functions/app/formats.ts';
import { escapeHtml, type Wording } from '../../../functions/app/liquid.ts';
import { htmlIsolates, translate } from '../../../functions/app/words.ts';
import type { SameMail, Way } from './same-mail.ts';

const PIECE = /\{%-?\s*([\s\S]*?)\s*-?%\}|\{\{\s*([\s\S]*?)\s*\}\}/g;

/** Of the loop, or of the whole mail. */
const place = (path: string) => (path.startsWith('line.') ? path : `@root.${path}`);

function condition(text: string): string {
  const [, path = '', sign, value] = /^([\w.]+)(?:\s*(==|>)\s*('[^']*'|\d+))?$/.exec(text) ?? [];
  if (path === '') throw new Error(`Handlebars: got the condition ${text}, wanted a simple one`);
  if (sign === undefined) return place(path);
  return `(${sign === '==' ? 'is' : 'above'} ${place(path)} ${value})`;
}

function tag(text: string): string {
  const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(text) ?? [];
  const ends: { [name: string]: string } = {
    else: '{{else}}',
    endif: '{{/if}}',
    endunless: '{{/unless}}',
    endfor: '{{/each}}',
  };
  if (ends[name]) return ends[name];
  if (name === 'if' || name === 'unless') return `{{#${name} ${condition(rest)}}}`;
  const loop = /^line in ([\w.]+) limit: (\d+)$/.exec(rest);
  if (name === 'for' && loop) return `{{#each (firsts @root.${loop[1]} ${loop[2]}) as |line|}}`;
  throw new Error(`Handlebars: got the tag ${text}, wanted one that it has a counterpart for`);
}

function output(text: string): string {
  const words = /^'([\w.]+)' \| t(?:: ([\s\S]+))?$/.exec(text);
  if (words) {
    const given = words[2]?.replace(/(\w+): ([\w.]+)/g, (_, n, path) => `${n}=${place(path)}`);
    return `{{t '${words[1]}' ${given?.replaceAll(',', '') ?? ''}}}`;
  }
  const [, path, filter, argument] =
    /^([\w.]+)(?: \| (number|money)(?:: ([\w.]+))?)?$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`Handlebars: got the output ${text}`);
  return `{{${filter ? `${filter} ` : ''}${place(path)}${argument ? ` ${place(argument)}` : ''}}}`;
}

function helpers(wording: Wording) {
  return {
    t: (key: string, { hash }: { hash: object }) => {
      const worded = translate(key, new Map(Object.entries(hash)), wording);
      return new Handlebars.SafeString(htmlIsolates(escapeHtml(worded.isolated)));
    },
    number: (value: unknown) => number(value, wording),
    money: (value: unknown, currency: unknown) => money(value, currency, wording),
    is: (one: unknown, other: unknown) => one === other,
    above: (one: number, other: number) => one > other,
    firsts: (values: unknown[], most: number) => values.slice(0, most),
  };
}

export function handlebarsWay({ html, wording }: SameMail): Way {
  const source = html.replace(PIECE, (_, inTag?: string, inOutput?: string) =>
    inTag === undefined ? output(inOutput ?? '') : tag(inTag),
  );
  const own = helpers(wording);
  const known = Object.fromEntries(Object.keys(own).map((name) => [name, true]));
  const write = Handlebars.compile(source, { knownHelpers: known, knownHelpersOnly: true });
  return {
    name: 'Handlebars, compiled beforehand',
    html: (variables) => write(variables, { helpers: own }),
  };
}
