/** Moves runs on through their steps until they wait or end. */
import type { Condition, Operand, Variables } from '../../contract/conditions.ts';
import { EMIT_DEPTH_MAX } from '../../contract/events.ts';
import { emitId, messageId } from '../../contract/ids.ts';
import { type Journey, type Step, STEPS_MAX } from '../../contract/journeys.ts';
import type { Candidate, Run } from '../customer.ts';
import { evaluate } from '../journeys/conditions.ts';
import { modeOf } from '../mode.ts';
import { holds, whyNotGoOn } from '../still-true.ts';
import { variablesOf } from '../variables.ts';
import { runDue, waitDue } from './dues.ts';
import { tell, type Work } from './work.ts';

/** More journeys at once for one person would be noise; a run that only waits for its start is none. */
export const RUNS_MAX = 16;

/** Moves every run that is due; those that still wait stay. */
export function advanceDue(work: Work): void {
  const { customer, plan, now } = work;
  work.runs = work.runs.flatMap((run) =>
    runDue(run, customer, plan) > now ? [run] : (advance(work, run) ?? []),
  );
  if (work.runs.length <= RUNS_MAX) return;
  const priority = (run: Run) => plan.journeyOf(run)?.priority ?? 0;
  // The least important makes room, of equal ones the oldest: it has said most of what it had to say.
  work.runs.sort((a, b) => priority(b) - priority(a) || b.startedAt - a.startedAt);
  for (const run of work.runs.splice(RUNS_MAX)) {
    tell(work, run, 'lapsed', { code: 'runs-full', limit: RUNS_MAX });
  }
}

/** The run at the wait where it stands now; `undefined` when it has ended. */
function advance(work: Work, start: Run): Run | undefined {
  const { customer, plan, now } = work;
  const journey = plan.journeyOf(start);
  let index = journey?.steps.findIndex(({ id }) => id === start.step) ?? -1;
  if (!journey || index < 0) {
    return end(work, start, 'lapsed', { code: 'release-gone', release: start.release });
  }
  let run = start;
  for (let turn = 0; turn <= STEPS_MAX; turn += 1) {
    const step = journey.steps[index];
    if (!step) return undefined;
    run = { ...run, step: step.id };
    if (step.kind === 'wait' || step.kind === 'wait_until') {
      const due = waitDue(step, run.from, run, customer, plan);
      if (now < run.expiresAt && (due === undefined || due > now)) return run;
      run = { ...run, from: due ?? now };
      index += 1;
      continue;
    }
    const stop = whyStop(work, journey, run);
    if (stop) return end(work, run, stop.outcome, stop.reason);
    index = act(work, journey, run, step, index);
  }
  return undefined;
}

function end(
  work: Work,
  run: Run,
  ...why: [Parameters<typeof tell>[2], Parameters<typeof tell>[3]]
) {
  tell(work, run, ...why);
  return undefined;
}

function whyStop({ customer, plan, now }: Work, journey: Journey, run: Run) {
  if (modeOf(journey, plan.settings) === 'off') {
    return { outcome: 'lapsed', reason: { code: 'journey-off' } } as const;
  }
  return whyNotGoOn(run, journey, customer, now, plan);
}

/** Does what the step says; the index of the step after it. */
function act(
  work: Work,
  journey: Journey,
  run: Run,
  step: Exclude<Step, { kind: 'wait' | 'wait_until' }>,
  index: number,
): number {
  const { customer, plan, now } = work;
  switch (step.kind) {
    case 'jump':
      return step.to;
    case 'branch':
      return holds(step.when, run, customer, now, plan) ? step.then : step.otherwise;
    case 'emit':
      emit(work, journey, run, step);
      return index + 1;
    case 'send':
      if (!step.when || holds(step.when, run, customer, now, plan)) {
        addCandidate(work, run, step);
      } else tell(work, run, 'skipped', { code: 'condition-false' });
      return index + 1;
    default:
      return step satisfies never;
  }
}

function addCandidate(work: Work, run: Run, step: Step & { kind: 'send' }): void {
  const { customer, plan } = work;
  const { journey, occasion, subject, startedAt, expiresAt } = run;
  const id = messageId(customer.id, journey, step.id, occasion);
  const { id: stepId, template, purpose, topic, priority } = step;
  const release = plan.releaseOf(run);
  const what = { id, journey, step: stepId, occasion, template, purpose, topic, release };
  const message: Candidate['message'] = { ...what, subject, startedAt, expiresAt };
  const isKnown = (each: { id: string }) => each.id === id;
  if (work.candidates.some((each) => isKnown(each.message)) || work.recent.some(isKnown)) {
    return tell(work, { ...run, messageId: id }, 'already-planned', { code: 'due' });
  }
  work.candidates.push({ message, priority, notBefore: run.from });
}

function emit(work: Work, journey: Journey, run: Run, step: Step & { kind: 'emit' }): void {
  const { customer, plan, now, cause } = work;
  const reason = { code: 'emit', event: step.event } as const;
  const depth = (run.depth ?? 0) + 1;
  if (depth > EMIT_DEPTH_MAX) return tell(work, run, 'lapsed', { ...reason, depth });
  if (modeOf(journey, plan.settings) === 'shadow') return tell(work, run, 'shadow', reason);
  const { subject, startedAt } = run;
  const about = { subject, startedAt, at: now, shop: plan };
  const variables = variablesOf(customer, about);
  const properties: { [name: string]: string | number | boolean } = {};
  for (const [name, value] of Object.entries(step.properties)) {
    const result = typeof value === 'object' ? valueOf(value, variables) : value;
    if (result !== undefined) properties[name] = result;
  }
  const id = emitId(cause, work.emits.length);
  work.emits.push({ id, name: step.event, properties, depth, at: now });
  tell(work, run, 'emitted', { ...reason, id });
}

/** A lone variable gives its value, an expression whether it holds; what is unknown is left out. */
function valueOf(
  condition: Condition,
  variables: Variables,
): string | number | boolean | undefined {
  if (condition.op !== 'truthy') return evaluate(condition, variables);
  const value = lookUp(condition.a, variables);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as string | number | boolean) : undefined;
}

function lookUp(operand: Operand, variables: Variables): unknown {
  if ('value' in operand) return operand.value;
  if (!('path' in operand)) return undefined;
  let value: unknown = variables;
  for (const name of operand.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Variables)[name];
  }
  return value;
}
