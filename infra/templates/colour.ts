/** Colours and how far apart they are for the eye: WCAG 2.2. */

/** Red, green, blue from 0 to 255, and how much of the ground is covered, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const hex = (text: string): number => Number.parseInt(text, 16);

/** The sixteen of HTML 4, and what style sheets write for no colour. */
const NAMED: Readonly<Record<string, string>> = {
  black: '#000000',
  silver: '#c0c0c0',
  gray: '#808080',
  grey: '#808080',
  white: '#ffffff',
  maroon: '#800000',
  red: '#ff0000',
  purple: '#800080',
  fuchsia: '#ff00ff',
  green: '#008000',
  lime: '#00ff00',
  olive: '#808000',
  yellow: '#ffff00',
  navy: '#000080',
  blue: '#0000ff',
  teal: '#008080',
  aqua: '#00ffff',
};

const SHORT = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i;
const LONG = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?$/i;
const FUNCTION = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+)(%)?)?\s*\)$/i;

/** `#fff`, `#2f4a3f`, `rgb(0 0 0 / 50%)`, `white`, `transparent`; anything else is no colour here. */
export function colourOf(text: string): Colour | undefined {
  const value = text.trim().toLowerCase();
  if (value === 'transparent') return [0, 0, 0, 0];
  const named = Object.hasOwn(NAMED, value) ? (NAMED[value] ?? '') : value;
  const short = SHORT.exec(named);
  if (short) {
    const [, r = '0', g = '0', b = '0'] = short;
    return [hex(r + r), hex(g + g), hex(b + b), 1];
  }
  const long = LONG.exec(named);
  if (long) {
    const [, r = '0', g = '0', b = '0', a = 'ff'] = long;
    return [hex(r), hex(g), hex(b), hex(a) / 255];
  }
  const called = FUNCTION.exec(named);
  if (!called) return undefined;
  const [, r, g, b, a = '1', percent] = called;
  return [Number(r), Number(g), Number(b), percent ? Number(a) / 100 : Number(a)];
}

/** What is seen where a colour lies over a ground. */
export function laidOver([r, g, b, alpha]: Colour, ground: Colour): Colour {
  const mixed = (above: number, below: number) => Math.round(above * alpha + below * (1 - alpha));
  return [mixed(r, ground[0]), mixed(g, ground[1]), mixed(b, ground[2]), 1];
}

export const shownColour = ([r, g, b]: Colour): string =>
  `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance, WCAG 2.2. */
function luminance([red, green, blue]: Colour): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 (the same) to 21 (black on white), rounded down to a tenth: 4.49 is not 4.5. */
export function contrastOf(one: Colour, other: Colour): number {
  const [high = 0, low = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return Math.floor(((high + 0.05) / (low + 0.05)) * 10) / 10;
}
