/** Nested lists of steps in a file become one flat list with places to go to. */
import type { CouponTerms } from '../../contract/coupons.ts';
import type { Step, WaitOption } from '../../contract/journeys.ts';
import type { Purpose, Topic } from '../../contract/messages.ts';
import { durationMs } from '../../contract/time.ts';
import { type About, compileCondition } from './check-condition.ts';
import { parsed, type Report } from './problems.ts';
import { STEP_SCHEMAS, type StepFile, type StepKey, WEEKDAYS } from './shape.ts';
import { type Path, shown } from './source.ts';

/** What steps need to know of their journey. */
export type Frame = {
  report: Report;
  journey: string;
  about: About | undefined;
  /** Ids of all mails, `post-purchase/thank-you`. */
  templates: ReadonlySet<string>;
  purpose: Purpose;
  topic: Topic | undefined;
  priority: number;
  measured: boolean;
};

/** Deeper than this, nobody follows a journey any more. */
const BRANCH_DEPTH_MAX = 5;
/** Stands for "the end" until the number of steps is known. */
const END = -1;
/** A transactional mail ignores topics; the contract wants one all the same. */
const NO_TOPIC: Topic = 'reminders';

type Place = { frame: Frame; steps: Step[]; ids: Set<string>; depth: number };

function readStep(value: unknown, path: Path, { report }: Frame): StepFile | undefined {
  const kinds = Object.keys(STEP_SCHEMAS);
  const known = `a step with an id and one of ${kinds.join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report.add(path, shown(value), known);
    return undefined;
  }
  const found = kinds.filter((kind) => Object.hasOwn(value, kind));
  const [kind] = found as StepKey[];
  if (kind === undefined || found.length > 1) {
    report.add(path, shown(value), known);
    return undefined;
  }
  const step = parsed(STEP_SCHEMAS[kind], value, path, report);
  return step && ({ kind, ...step } as StepFile);
}

/** Milliseconds of a duration that the schema has let through; nothing waits for no time at all. */
function positive(text: string, path: Path, report: Report): number {
  const ms = durationMs(text) ?? 0;
  if (ms === 0) report.add(path, text, 'a time that is longer than nothing');
  return ms;
}

type OptionFile = {
  for: string;
  after?: WaitOption['after'] | undefined;
  when?: string | undefined;
};

function waitOption(option: OptionFile, path: Path, frame: Frame): WaitOption {
  const { report, about } = frame;
  const when =
    option.when !== undefined && compileCondition(option.when, [...path, 'when'], about, report);
  if (option.after && about !== 'order') {
    const got = `a wait for ${option.after}`;
    report.add([...path, 'after'], got, 'an event of what the trigger is about: this never comes');
  }
  return {
    ms: positive(option.for, [...path, 'for'], report),
    ...(option.after && { after: option.after }),
    ...(when && { when }),
  };
}

function addWait(step: StepFile & { kind: 'wait' }, path: Path, { frame, steps }: Place): void {
  const { report } = frame;
  if (typeof step.wait === 'string') {
    const ms = positive(step.wait, [...path, 'wait'], report);
    steps.push({ kind: 'wait', id: step.id, options: [{ ms }] });
    return;
  }
  const { wait } = step;
  const options = wait.map((option, at) => waitOption(option, [...path, 'wait', at], frame));
  const always = wait.findIndex((option) => !option.after && option.when === undefined);
  if (always === -1) {
    const wanted = 'a last alternative with nothing but `for`: without it the wait may never end';
    report.add([...path, 'wait'], 'alternatives that may all stay unmet', wanted);
  } else if (always < wait.length - 1) {
    const got = 'an alternative after one that always counts';
    report.add([...path, 'wait', always + 1], got, 'the one with nothing but `for` at the end');
  }
  steps.push({ kind: 'wait', id: step.id, options });
}

const termsOf = ({
  percent,
  amount,
  valid_days: validDays,
  prefix,
}: NonNullable<(StepFile & { kind: 'send' })['coupon']>): CouponTerms => ({
  ...(percent !== undefined && { percent }),
  ...(amount !== undefined && { amount }),
  validDays,
  ...(prefix !== undefined && { prefix }),
});

function addSend(step: StepFile & { kind: 'send' }, path: Path, { frame, steps }: Place): void {
  const { report, journey, templates } = frame;
  const template = `${journey}/${step.send}`;
  if (!templates.has(template)) {
    const own = [...templates].filter((id) => id.startsWith(`${journey}/`));
    const wanted = own.length > 0 ? `one of ${own.map((id) => id.split('/')[1]).join(', ')}` : '';
    report.add([...path, 'send'], `the mail ${step.send}`, wanted || `${step.send}.mjml beside it`);
  }
  const purpose = step.purpose ?? frame.purpose;
  if (purpose === 'transactional' && step.topic) {
    report.add([...path, 'topic'], step.topic, 'no topic: a transactional mail cannot be left');
  }
  const topic = step.topic ?? frame.topic;
  if (purpose === 'marketing' && !topic) {
    report.add(path, 'a marketing mail without a topic', 'a topic that a customer can leave');
  }
  if (purpose === 'transactional' && step.coupon) {
    const wanted = 'a marketing mail: a discount makes what is owed an advertisement';
    report.add([...path, 'coupon'], 'a coupon in a transactional mail', wanted);
  }
  const when =
    step.when !== undefined && compileCondition(step.when, [...path, 'when'], frame.about, report);
  steps.push({
    kind: 'send',
    id: step.id,
    template,
    purpose,
    topic: purpose === 'transactional' ? NO_TOPIC : (topic ?? NO_TOPIC),
    priority: step.priority ?? frame.priority,
    measured: frame.measured && purpose === 'marketing' && topic !== 'feedback',
    ...(when && { when }),
    ...(step.coupon && { coupon: termsOf(step.coupon) }),
  });
}

function addEmit(step: StepFile & { kind: 'emit' }, path: Path, { frame, steps }: Place): void {
  const properties: (Step & { kind: 'emit' })['properties'] = {};
  for (const [name, value] of Object.entries(step.emit.properties ?? {})) {
    if (typeof value !== 'object') {
      properties[name] = value;
      continue;
    }
    const at = [...path, 'emit', 'properties', name, 'value'];
    const condition = compileCondition(value.value, at, frame.about, frame.report);
    if (condition) properties[name] = condition;
  }
  steps.push({ kind: 'emit', id: step.id, event: step.emit.event, properties });
}

/** True when the run may go on behind the branch. */
function addBranch(step: StepFile & { kind: 'branch' }, path: Path, place: Place): boolean {
  const { frame, steps, depth } = place;
  const at = [...path, 'branch'];
  const when = compileCondition(step.branch.when, [...at, 'when'], frame.about, frame.report);
  if (depth >= BRANCH_DEPTH_MAX) {
    const wanted = `at most ${BRANCH_DEPTH_MAX}: make a journey of its own`;
    frame.report.add(path, `branches ${depth + 1} deep`, wanted);
    return true;
  }
  const inner = { ...place, depth: depth + 1 };
  const index = steps.length;
  // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; nothing awaits it.
  const branch = { kind: 'branch' as const, id: step.id, then: index + 1, otherwise: END };
  steps.push({ ...branch, when: when ?? { op: 'truthy', a: { value: true } } });
  const thenGoesOn = addList(step.branch.then, [...at, 'then'], inner);
  const jump = steps.length;
  if (thenGoesOn && step.branch.else) steps.push({ kind: 'jump', id: `${step.id}.end`, to: END });
  const otherwise = steps.length;
  const goesOn = step.branch.else ? addList(step.branch.else, [...at, 'else'], inner) : true;
  steps[index] = { ...(steps[index] as Step & { kind: 'branch' }), otherwise };
  if (thenGoesOn && step.branch.else) {
    steps[jump] = { kind: 'jump', id: `${step.id}.end`, to: steps.length };
  }
  return thenGoesOn || goesOn;
}

function addStep(step: StepFile, path: Path, place: Place): boolean {
  switch (step.kind) {
    case 'wait':
      addWait(step, path, place);
      return true;
    case 'wait_until': {
      const { at, weekday } = step.wait_until;
      const atMinute = Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
      const day = weekday && { weekday: WEEKDAYS.indexOf(weekday) + 1 };
      place.steps.push({ kind: 'wait_until', id: step.id, atMinute, ...day });
      return true;
    }
    case 'send':
      addSend(step, path, place);
      return true;
    case 'emit':
      addEmit(step, path, place);
      return true;
    case 'branch':
      return addBranch(step, path, place);
    case 'exit':
      place.steps.push({ kind: 'jump', id: step.id, to: END });
      return false;
    default:
      return step satisfies never;
  }
}

/** True when the run may go on behind the list. */
function addList(list: readonly unknown[], path: Path, place: Place): boolean {
  const { report } = place.frame;
  let goesOn = true;
  list.forEach((value, at) => {
    const here = [...path, at];
    if (!goesOn) report.add(here, 'a step behind the end', 'a step that can be reached');
    const step = readStep(value, here, place.frame);
    if (!step) return;
    if (place.ids.has(step.id)) {
      report.add([...here, 'id'], `the id ${step.id} a second time`, 'an id of its own');
    }
    place.ids.add(step.id);
    goesOn = addStep(step, here, place) && goesOn;
  });
  return goesOn;
}

/** The flat list. With problems in the report it is not to be used. */
export function compileSteps(list: readonly unknown[], frame: Frame): Step[] {
  const steps: Step[] = [];
  addList(list, ['steps'], { frame, steps, ids: new Set(), depth: 0 });
  return steps.map((step) => {
    if (step.kind === 'jump' && step.to === END) return { ...step, to: steps.length };
    return step;
  });
}
