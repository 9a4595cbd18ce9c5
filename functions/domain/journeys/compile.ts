/** The text of a `journey.yaml` becomes what the kernel runs; one that cannot work is refused, by line. */
import {
  type CancelRule,
  EXPIRES_MAX_DAYS,
  type Journey,
  type OncePer,
  type Step,
  STEPS_MAX,
  type Trigger,
} from '../../contract/journeys.ts';
import { DAY_MS, durationMs } from '../../contract/time.ts';
import { ABOUT, compileCondition } from './check-condition.ts';
import { newReport, parsed, type Report } from './problems.ts';
import { type JourneyFile, journeySchema } from './shape.ts';
import { type Problem, readSource } from './source.ts';
import { compileSteps } from './steps.ts';

export type { Problem } from './source.ts';

export type CompileContext = {
  /** Ids of all mails that exist, `post-purchase/thank-you`. */
  templates: ReadonlySet<string>;
  /** Share held out where the file says nothing: `settings.holdout.journey`. */
  holdout: number;
};
export type CompiledJourney = { ok: true; journey: Journey } | { ok: false; problems: Problem[] };

/** What one run is for, where the file does not say. A churn alarm belongs to the latest order. */
const ONCE_PER: Readonly<Record<Trigger, OncePer>> = {
  'Order Completed': 'order',
  'Order Shipped': 'order',
  'Order Delivered': 'order',
  'Order Cancelled': 'order',
  'Order Refunded': 'order',
  'Cart Updated': 'cart',
  'Product Viewed': 'product',
  'Feedback Submitted': 'feedback',
  'Consent Given': 'customer',
  identify: 'customer',
  'Reorder Due': 'product',
  'Churn Risk Changed': 'order',
};

const SOON_DAYS = 1;
const WEEK_DAYS = 7;

/** The longest that a step may take; `wait_until` at most a day, or a week where it names a weekday. */
function longestMs(step: Step): number {
  if (step.kind === 'wait') return Math.max(...step.options.map((option) => option.ms));
  if (step.kind === 'wait_until') return (step.weekday ? WEEK_DAYS : SOON_DAYS) * DAY_MS;
  return 0;
}

/** By step: the longest way to it in milliseconds. Steps only ever lead forward, so one pass does. */
function longestWays(steps: readonly Step[]): number[] {
  const ways = Array.from({ length: steps.length + 1 }, () => 0);
  steps.forEach((step, at) => {
    const after = (ways[at] ?? 0) + longestMs(step);
    const targets =
      step.kind === 'branch'
        ? [step.then, step.otherwise]
        : [step.kind === 'jump' ? step.to : at + 1];
    for (const to of targets) ways[to] = Math.max(ways[to] ?? 0, after);
  });
  return ways;
}

function checkTimes(journey: Journey, report: Report): void {
  const ways = longestWays(journey.steps);
  const days = (ms: number) => `${Math.round((ms / DAY_MS) * 100) / 100} days`;
  if (journey.expiresMs === 0 || journey.expiresMs > EXPIRES_MAX_DAYS * DAY_MS) {
    const wanted = `more than nothing and at most P${EXPIRES_MAX_DAYS}D`;
    report.add(['expires'], days(journey.expiresMs), wanted);
    return;
  }
  const longest = Math.max(...ways);
  if (longest > EXPIRES_MAX_DAYS * DAY_MS) {
    const got = `waits of ${days(longest)} in all`;
    report.add(['steps'], got, `at most ${EXPIRES_MAX_DAYS} days: nothing is kept for longer`);
    return;
  }
  const late = journey.steps.findIndex(
    (step, at) => step.kind === 'send' && (ways[at] ?? 0) >= journey.expiresMs,
  );
  if (late === -1) return;
  const got = `${days(journey.expiresMs)}, and ${days(ways[late] ?? 0)} of waiting before ${
    journey.steps[late]?.id
  }`;
  report.add(['expires'], got, 'a longer time: that mail would always be stale');
}

function checkEligibility(file: JourneyFile, report: Report): void {
  if (file.purpose === 'transactional' && file.topic) {
    report.add(['topic'], file.topic, 'no topic: a transactional mail cannot be left');
  }
  if (typeof file.holdout !== 'number' || file.holdout === 0) return;
  const reason =
    file.purpose === 'transactional'
      ? 'a transactional mail is owed to everyone'
      : 'everyone may be asked, and everyone gets the same invitation';
  if (file.purpose === 'transactional' || file.topic === 'feedback') {
    report.add(['holdout'], String(file.holdout), `none: ${reason}`);
  }
}

/** Feedback and transactional mails are owed to everyone; `none` measures nothing at all. */
const isMeasured = (file: JourneyFile): boolean =>
  file.holdout !== 'none' && file.purpose === 'marketing' && file.topic !== 'feedback';

function cancelRules(file: JourneyFile, report: Report): CancelRule[] {
  return (file.cancel_on ?? []).flatMap((rule, at): CancelRule[] => {
    if ('event' in rule) return [{ event: rule.event }];
    const path = ['cancel_on', at, 'when'];
    const when = compileCondition(rule.when, path, ABOUT[file.trigger], report);
    return when ? [{ when }] : [];
  });
}

function assemble(id: string, file: JourneyFile, report: Report, context: CompileContext): Journey {
  const measured = isMeasured(file);
  const about = ABOUT[file.trigger];
  const condition =
    file.condition !== undefined && compileCondition(file.condition, ['condition'], about, report);
  const reentryMs = file.reentry !== undefined && durationMs(file.reentry);
  const share = typeof file.holdout === 'number' ? file.holdout : context.holdout;
  const { purpose, topic, priority } = file;
  return {
    id,
    trigger: file.trigger,
    ...(condition && { condition }),
    oncePer: file.once_per ?? ONCE_PER[file.trigger],
    ...(reentryMs && { reentryMs }),
    cancelOn: cancelRules(file, report),
    priority,
    purpose,
    topic: topic ?? 'reminders',
    mode: file.mode,
    holdout: measured ? share : 0,
    measured,
    expiresMs: durationMs(file.expires) ?? 0,
    steps: compileSteps(file.steps, {
      report,
      journey: id,
      about,
      templates: context.templates,
      purpose,
      topic,
      priority,
      measured,
    }),
  };
}

function checkWhole(journey: Journey, file: JourneyFile, report: Report): void {
  if (file.id !== undefined && file.id !== journey.id) {
    report.add(['id'], file.id, `${journey.id}, the name of the folder`);
  }
  const own = journey.oncePer === 'customer' || journey.oncePer === ONCE_PER[journey.trigger];
  if (!own) {
    const wanted = `customer or ${ONCE_PER[journey.trigger]}, which the trigger is about`;
    report.add(['once_per'], journey.oncePer, wanted);
  }
  if (journey.steps.length > STEPS_MAX) {
    report.add(['steps'], `${journey.steps.length} steps`, `at most ${STEPS_MAX}`);
  }
  if (!journey.steps.some((step) => step.kind === 'send' || step.kind === 'emit')) {
    report.add(['steps'], 'steps that do nothing', 'at least one send or emit');
  }
}

/** `path` ends in `<journey>/journey.yaml`; the folder is the journey's id. */
export function compileJourney(
  { path, text }: { path: string; text: string },
  context: CompileContext,
): CompiledJourney {
  const read = readSource(path, text);
  if (!read.ok) return read;
  const report = newReport(read.source);
  const file = parsed(journeySchema, read.source.value, [], report);
  if (!file) return { ok: false, problems: report.problems };
  checkEligibility(file, report);
  const journey = assemble(path.split('/').at(-2) ?? '', file, report, context);
  checkWhole(journey, file, report);
  if (report.problems.length === 0) checkTimes(journey, report);
  if (report.problems.length > 0) return { ok: false, problems: report.problems };
  return { ok: true, journey };
}
