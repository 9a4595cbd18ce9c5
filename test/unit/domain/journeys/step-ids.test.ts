import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Journey, Step } from '../../../../functions/contract/journeys.ts';
import type { StepRegistry } from '../../../../functions/contract/publishing.ts';
import {
  countSteps,
  stepConflicts,
  stepsOf,
  withSteps,
} from '../../../../functions/domain/journeys/step-ids.ts';
import { branch, journey, send, wait } from '../../../builders/policy.ts';

const thanks = (...steps: Step[]): Journey[] => [journey({ steps })];
const mail = (id: string, template: string) => send(id, { template: `thanks/${template}` });

/** What a store holds after these were published one after the other; the last one is current. */
function published(...releases: Journey[][]): StepRegistry {
  return releases.reduce<StepRegistry>((known, journeys) => withSteps(known, journeys), {});
}
const refused = (past: Journey[][], next: Journey[]): string[] =>
  stepConflicts(published(...past), past.at(-1) ?? [], next).map(
    ({ journey: id, step, why }) => `${id}/${step}: ${why}`,
  );

describe('a step id', () => {
  it('is remembered with what it was, but not the places that the compiler makes', () => {
    const steps = [
      branch('asked', 'customer.has_name', 1, 3),
      mail('hello', 'hello'),
      { kind: 'jump', id: 'asked.end', to: 4 } as const,
      { kind: 'jump', id: 'enough', to: 4 } as const,
    ];
    expect(stepsOf(thanks(...steps))).toEqual({
      thanks: {
        asked: { kind: 'branch' },
        hello: { kind: 'send', template: 'thanks/hello', purpose: 'marketing' },
        enough: { kind: 'exit' },
      },
    });
  });

  it('never becomes another kind of step, however long it was away', () => {
    const first = thanks(wait('pause', 1), mail('hello', 'hello'));
    const without = thanks(mail('hello', 'hello'));
    const other = thanks(mail('pause', 'hello'), mail('hello', 'hello'));
    expect(refused([first], other)).toEqual(['thanks/pause: kind']);
    expect(refused([first, without, without], other)).toEqual(['thanks/pause: kind']);
  });

  it('never comes back for another mail, or for the same mail with another purpose', () => {
    const first = thanks(mail('hello', 'hello'), mail('second', 'offer'));
    const without = thanks(mail('hello', 'hello'));
    expect(refused([first, without], thanks(mail('second', 'news')))).toEqual([
      'thanks/second: mail',
    ]);
    const owed = send('second', { template: 'thanks/offer', purpose: 'transactional' });
    expect(refused([first, without], thanks(owed))).toEqual(['thanks/second: mail']);
    expect(refused([first, without], first)).toEqual([]);
    expect(refused([first, []], first)).toEqual([]);
  });

  it('may get another mail where it stands, and is its own in each journey', () => {
    const first = thanks(mail('hello', 'hello'));
    expect(refused([first], thanks(mail('hello', 'warm')))).toEqual([]);
    const elsewhere = [...first, journey({ id: 'other', steps: [wait('hello', 1)] })];
    expect(refused([first], elsewhere)).toEqual([]);
  });
});

const anyStep = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('wait', 'x', 'y', 'z'))
  .map(([id, what]) => (what === 'wait' ? wait(id, 1) : mail(id, what)));
const anyJourneys = fc
  .uniqueArray(fc.constantFrom('thanks', 'win-back'), { maxLength: 2 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .uniqueArray(anyStep, { selector: (step) => step.id, maxLength: 4 })
          .map((steps) => journey({ id, steps })),
      ),
    ),
  );

/** Only what was accepted, one after the other. */
function accepted(tried: Journey[][]): { past: Journey[][]; known: StepRegistry } {
  const past: Journey[][] = [];
  let known: StepRegistry = {};
  for (const next of tried) {
    if (stepConflicts(known, past.at(-1) ?? [], next).length > 0) continue;
    known = withSteps(known, next);
    past.push(next);
  }
  return { past, known };
}

describe('whatever is tried', () => {
  it('gives a step id one kind, ever', () => {
    fc.assert(
      fc.property(fc.array(anyJourneys, { maxLength: 8 }), (tried) => {
        const kinds = new Map<string, string>();
        for (const journeys of accepted(tried).past) {
          for (const [id, steps] of Object.entries(stepsOf(journeys))) {
            for (const [step, { kind }] of Object.entries(steps)) {
              expect(kinds.get(`${id}/${step}`) ?? kind).toBe(kind);
              kinds.set(`${id}/${step}`, kind);
            }
          }
        }
      }),
    );
  });

  it('brings a step that was gone back only with the mail that it had last', () => {
    fc.assert(
      fc.property(fc.array(anyJourneys, { maxLength: 8 }), (tried) => {
        const last = new Map<string, string | undefined>();
        let before = new Set<string>();
        for (const journeys of accepted(tried).past) {
          const now = new Set<string>();
          for (const [id, steps] of Object.entries(stepsOf(journeys))) {
            for (const [step, { template }] of Object.entries(steps)) {
              const name = `${id}/${step}`;
              const back = last.has(name) && !before.has(name);
              expect(template).toBe(back ? last.get(name) : template);
              last.set(name, template);
              now.add(name);
            }
          }
          before = now;
        }
      }),
    );
  });

  it('lets a release that was taken back come again, mended or not', () => {
    fc.assert(
      fc.property(fc.array(anyJourneys, { minLength: 2, maxLength: 8 }), (tried) => {
        const { past, known } = accepted(tried);
        const [back = [], taken = []] = past.slice(-2);
        const after = withSteps(known, back);
        expect(stepConflicts(after, back, taken)).toEqual([]);
      }),
    );
  });

  it('forgets no step, and counts each once', () => {
    fc.assert(
      fc.property(anyJourneys, anyJourneys, (first, second) => {
        const known = published(first, second);
        for (const journeys of [first, second]) {
          for (const [id, steps] of Object.entries(stepsOf(journeys))) {
            for (const step of Object.keys(steps)) expect(known[id]).toHaveProperty(step);
          }
        }
        expect(countSteps(known)).toBe(Object.values(known).flatMap(Object.keys).length);
      }),
    );
  });
});
