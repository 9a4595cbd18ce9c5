/** The variables of mails: a schema for each kind of journey, and the marketers' reference made from the same list. */
import * as z from 'zod';
import {
  CONDITION_VARIABLES,
  LINE_VARIABLES,
  MAIL_VARIABLES,
  type VariableDoc,
} from '../../functions/contract/variables.ts';
import { ABOUT, type About } from '../../functions/domain/journeys/check-condition.ts';

const text = z.string();
const number = z.number();
const time = z.iso.datetime();
const https = z.url({ protocol: /^https$/ });

const FIELD_TYPES: Readonly<Record<string, z.ZodType>> = { quantity: number, price: number };
const ADDRESSES = ['url', 'image_url'];

/** What one item of a list has: `name` always, the rest where it is known. */
const itemSchema = (fields: readonly string[]) =>
  z.strictObject(
    Object.fromEntries(
      fields.map((field) => {
        const type = FIELD_TYPES[field] ?? (ADDRESSES.includes(field) ? https : text);
        return [field, field === 'name' ? text.min(1) : type.optional()];
      }),
    ),
  );

/** Fields of one recommended product; `reason` is a code that the partial pick-reason puts into words. */
export const PICK_VARIABLES = [
  'name',
  'url',
  'image_url',
  'price',
  'currency',
  'reason',
  'because',
  'attribute',
  'value',
] as const;

const LISTS: Readonly<Record<string, readonly string[]>> = {
  'order.lines': LINE_VARIABLES,
  'cart.lines': LINE_VARIABLES,
  recommendations: PICK_VARIABLES,
};

function typeOf(name: string, { type }: VariableDoc): z.ZodType {
  switch (type) {
    case 'list':
      return z.array(itemSchema(LISTS[name] ?? []));
    case 'number':
    case 'money':
      return number;
    case 'boolean':
      return z.boolean();
    case 'time':
      return time;
    case 'text':
      return /^links\.|url$/.test(name) ? https : text;
  }
}

/** What every mail has, whoever gets it. */
const ALWAYS = new Set([
  'shop.name',
  'shop.address',
  'shop.url',
  'links.unsubscribe',
  'links.survey',
  'links.shop',
  'links.referral',
]);

const allVariables = (): [string, VariableDoc][] =>
  Object.entries({ ...CONDITION_VARIABLES, ...MAIL_VARIABLES });

/** Names that a mail of a journey about such a thing may use. */
export const variablesAbout = (about: About | undefined): [string, VariableDoc][] =>
  allVariables().filter(([, doc]) => doc.about === undefined || doc.about === about);

/**
 * What a mail is rendered with: groups of variables, strict, so that a name that is in no reference is
 * refused. What may be unknown is optional: mails ask for it with `if` or `default`.
 */
export function mailSchema(about: About | undefined) {
  const groups: { [group: string]: { [field: string]: z.ZodType } } = {};
  const whole: { [name: string]: z.ZodType } = {};
  for (const [name, doc] of variablesAbout(about)) {
    const [group = '', field] = name.split('.');
    const type = ALWAYS.has(name) ? typeOf(name, doc) : typeOf(name, doc).optional();
    if (field === undefined) whole[group] = type;
    else (groups[group] ??= {})[field] = type;
  }
  const objects = Object.entries(groups).map(([group, fields]): [string, z.ZodType] => {
    const schema = z.strictObject(fields);
    return [group, ['shop', 'links'].includes(group) ? schema : schema.optional()];
  });
  return z.strictObject({ ...Object.fromEntries(objects), ...whole });
}

const TITLES: Readonly<Record<string, string>> = {
  customer: 'The customer',
  run: 'This run of the journey',
  shop: 'The shop',
  coupon: 'The coupon',
  links: 'Links',
  order: 'The order',
  cart: 'The cart',
  product: 'The product',
  reorder: 'When it is due again',
  feedback: 'The answer',
  recommendations: 'What they may like',
};

const triggersAbout = (about: About): string =>
  Object.entries(ABOUT)
    .flatMap(([trigger, what]) => (what === about ? [`\`${trigger}\``] : []))
    .join(', ');

const cell = (value: string): string => value.replaceAll('|', '\\|');

function table(variables: readonly [string, VariableDoc][]): string {
  const rows = variables.map(([name, { type, meaning, example }]) => {
    const where = Object.hasOwn(CONDITION_VARIABLES, name) ? 'mails, conditions' : 'mails';
    const known = ALWAYS.has(name) ? 'always' : 'if known';
    return `| \`${name}\` | ${type} | ${cell(meaning)} | \`${cell(example)}\` | ${where} | ${known} |`;
  });
  const head = '| Variable | Type | Meaning | Example | Where | There |\n|---|---|---|---|---|---|';
  return [head, ...rows].join('\n');
}

const list = (fields: readonly string[]): string =>
  fields.map((field) => `\`${field}\``).join(', ');

/** docs/variables.md. */
export function variablesReference(): string {
  const groups = new Map<string, [string, VariableDoc][]>();
  for (const entry of allVariables()) {
    const group = entry[0].split('.')[0] ?? '';
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  const sections = [...groups].map(([group, variables]) => {
    const about = variables[0]?.[1].about;
    const where = about ? `In journeys that begin with ${triggersAbout(about)}.\n\n` : '';
    return `## ${TITLES[group] ?? group}\n\n${where}${table(variables)}\n`;
  });
  return [
    '# Variables\n',
    'What mails may say and conditions may ask. Made from `functions/contract/variables.ts` by',
    '`node infra/write-variables.ts`; change it there.\n',
    'A variable that is "if known" may be absent: ask with `{% if customer.first_name %}`, or give another value,',
    "`{{ customer.country | default: 'LT' }}`. A mail that says one that is absent is not sent, and says why.\n",
    'Lists hold items; of an item all but `name` may be absent:\n',
    `- \`order.lines\`, \`cart.lines\`: ${list(LINE_VARIABLES)}`,
    `- \`recommendations\`: ${list(PICK_VARIABLES)}\n`,
    'A price is a decimal number: `{{ line.price | money: line.currency }}`.\n',
    'Both parts of a mail also have `mail.subject`, `mail.preheader` and `mail.lang`, made while rendering.\n',
    sections.join('\n'),
  ].join('\n');
}
