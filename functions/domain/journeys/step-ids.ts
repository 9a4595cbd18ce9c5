/**
 * A mail is known by customer, journey, step and occasion: a step id that became another step would keep
 * back a mail that nobody got, or repeat one under another name. So an id stays what it was, for ever.
 */
import { type Journey, JOURNEYS_MAX, type Step, STEPS_MAX } from '../../contract/journeys.ts';
import type { KnownStep, StepRegistry } from '../../contract/publishing.ts';

/**
 * Steps that were ever published: four times as many as one release can have. More is a program that makes up
 * ids, and each publication reads and stores them all.
 */
export const KNOWN_STEPS_MAX = 4 * JOURNEYS_MAX * STEPS_MAX;

/** An id that may not come (back) as what it is now. */
export type StepConflict = {
  journey: string;
  step: string;
  was: KnownStep;
  is: KnownStep;
  why: 'kind' | 'mail';
};

/** Places that the compiler makes for itself (`<branch>.end`): no file can name them. */
const isOwn = ({ id }: Step): boolean => !id.includes('.');

/** As the file calls it: what is compiled to a jump of its own was `exit`. */
const knownStep = (step: Step): KnownStep =>
  step.kind === 'send'
    ? { kind: 'send', template: step.template, purpose: step.purpose }
    : { kind: step.kind === 'jump' ? 'exit' : step.kind };

/** The steps of some journeys, by journey and id. */
export const stepsOf = (journeys: readonly Journey[]): StepRegistry =>
  Object.fromEntries(
    journeys.map(({ id, steps }) => [
      id,
      Object.fromEntries(steps.filter(isOwn).map((step) => [step.id, knownStep(step)])),
    ]),
  );

const stepIn = (registry: StepRegistry, journey: string, step: string): KnownStep | undefined =>
  Object.hasOwn(registry, journey) && Object.hasOwn(registry[journey] ?? {}, step)
    ? registry[journey]?.[step]
    : undefined;

/**
 * What `next` may not be: an id whose kind changed; an id that the current journeys no longer have and
 * that comes back for another mail. A step that is there may get another mail where it stands, since who
 * passed it has passed it; and what was taken back comes again as it was, or mended.
 */
export function stepConflicts(
  known: StepRegistry,
  current: readonly Journey[],
  next: readonly Journey[],
): StepConflict[] {
  const now = stepsOf(current);
  const conflicts: StepConflict[] = [];
  for (const [journey, steps] of Object.entries(stepsOf(next))) {
    for (const [step, is] of Object.entries(steps)) {
      const was = stepIn(known, journey, step);
      if (!was) continue;
      const about = { journey, step, was, is };
      if (was.kind !== is.kind) conflicts.push({ ...about, why: 'kind' });
      else if (!stepIn(now, journey, step) && isAnotherMail(was, is)) {
        conflicts.push({ ...about, why: 'mail' });
      }
    }
  }
  return conflicts;
}

const isAnotherMail = (was: KnownStep, is: KnownStep): boolean =>
  was.template !== is.template || was.purpose !== is.purpose;

/** The registry once `next` is published: nothing leaves it, and what is in use is told as it is now. */
export function withSteps(known: StepRegistry, next: readonly Journey[]): StepRegistry {
  const merged: StepRegistry = { ...known };
  for (const [journey, steps] of Object.entries(stepsOf(next))) {
    merged[journey] = { ...(Object.hasOwn(known, journey) && known[journey]), ...steps };
  }
  return merged;
}

/** Of all journeys. */
export const countSteps = (registry: StepRegistry): number =>
  Object.values(registry).reduce((sum, steps) => sum + Object.keys(steps).length, 0);
