/** What is worked out without liquidjs is what liquidjs makes of it. */
import * as fc from 'fast-check';
import type { Template } from 'liquidjs';
import { expect, it } from 'vitest';
import { htmlEngine, parseWith, renderWith, textEngine } from '../../../functions/app/liquid.ts';
import { Budget, Collector } from '../../../functions/app/render-limits.ts';
import { body, data } from '../../builders/any-template.ts';

const texts = { hi: 'Hi {{ name }}', twice: '{{ a }}{{ b }}', a: 'An "a"' };
const wording = {
  locale: 'en-GB',
  zone: 'Europe/Vilnius',
  currency: 'EUR',
  words: 'en',
  dir: 'ltr',
  texts,
} as const;

type Engine = typeof htmlEngine;
/** The text, or what was wrong and where. */
function made(
  engine: Engine,
  parse: (source: string) => Template[],
  source: string,
  given: object,
) {
  const budget = new Budget();
  const out = new Collector(budget);
  try {
    return renderWith(engine, parse(source), given, { wording, budget, out });
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

/** Limits count what was done, which is less where liquidjs does less; and ranges are bounded only here. */
const isLimit = (result: unknown) => /limit of|wanted numbers/.test(JSON.stringify(result));

it.each([
  ['HTML', htmlEngine],
  ['text', textEngine],
])('in %s, for any template and data, errors and their places included', (_, engine) => {
  let equal = 0;
  fc.assert(
    fc.property(body, data, (source, given) => {
      const quick = made(engine, (text) => parseWith(engine, text), source, given);
      if (isLimit(quick)) return;
      equal += typeof quick === 'string' ? 1 : 0;
      expect(quick).toEqual(made(engine, (text) => engine.parse(text), source, given));
    }),
    { numRuns: 300 },
  );
  expect(equal).toBeGreaterThan(100);
});
