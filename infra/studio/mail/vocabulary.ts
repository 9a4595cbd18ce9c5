/** Filters and tags with a word on each, for those who type them. Which there are is decided in liquid.ts. */
import type { Offer } from './wire.ts';

/** Only a text on what liquid.ts knows: a test holds the two against each other. */
export const FILTERS: Readonly<Record<string, string>> = {
  t: 'words by key',
  list: 'one, two and three',
  money: 'money: line.currency',
  number: "the customer's digits",
  date: "date: 'long'",
  default: 'where there is none',
  append: 'text after it',
  prepend: 'text before it',
  replace: 'one text by another',
  strip: 'without spaces around',
  upcase: 'capitals',
  downcase: 'small letters',
  capitalize: 'first letter capital',
  truncate: 'at most so long',
  url_encode: 'as part of an address',
  join: 'a list as text',
  first: 'first of a list',
  last: 'last of a list',
  size: 'how many',
  plus: 'sum',
  minus: 'difference',
  times: 'product',
  divided_by: 'quotient',
  modulo: 'remainder',
  round: 'nearest number',
  floor: 'rounded down',
  ceil: 'rounded up',
};

const tag = (label: string, detail: string, apply = label): Offer => ({ label, detail, apply });

/** `content` stands in layouts alone. */
export const TAGS: Offer[] = [
  tag('if', 'only if it is so', 'if '),
  tag('elsif', 'or if this is so', 'elsif '),
  tag('else', 'otherwise'),
  tag('endif', 'end of if'),
  tag('unless', 'only if it is not so', 'unless '),
  tag('endunless', 'end of unless'),
  tag('case', 'by value', 'case '),
  tag('when', 'a value of case', 'when '),
  tag('endcase', 'end of case'),
  tag('for', 'for each of a list', 'for line in '),
  tag('break', 'no more of the list'),
  tag('continue', 'the next of the list'),
  tag('endfor', 'end of for'),
  tag('assign', 'a name for a value', 'assign '),
  tag('capture', 'a name for a text', 'capture '),
  tag('endcapture', 'end of capture'),
  tag('comment', 'nobody gets to see it'),
  tag('endcomment', 'end of comment'),
  tag('include', 'a partial, alone on its line', "include '"),
  tag('abort_message', 'do not send this mail', "abort_message '"),
];
