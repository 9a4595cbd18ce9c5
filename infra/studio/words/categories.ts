/** Numbers that show what a plural category is, since its name says little: `few` of Lithuanian is 2, 3, 4. */

const INTEGERS_MAX = 1_000;
const FRACTIONS = [0.5, 1.5, 2.5, 10.5];
const EXAMPLES_MAX = 4;
/** The forms of numbers that are whole everywhere, and come by hundred thousands or more. */
const LARGE = [100_000, 1_000_000];

/** `2, 3, 4, 5, …`; fractions where no whole number below a thousand has this form. */
export function examplesOf(locale: string, category: string): string {
  const rules = new Intl.PluralRules(locale);
  const has = (value: number) => rules.select(value) === category;
  const integers = Array.from({ length: INTEGERS_MAX + 1 }, (_, value) => value);
  const whole = [...integers, ...LARGE].filter(has);
  const found = whole.length > 0 ? whole : FRACTIONS.filter(has);
  const shown = found.slice(0, EXAMPLES_MAX).map(String).join(', ');
  return found.length > EXAMPLES_MAX ? `${shown}, …` : shown;
}
