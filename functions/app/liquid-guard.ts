/**
 * Holds liquidjs to the limits of a mail. Its own limits are asked only between two tags, and know neither what
 * `capture` collects nor what one long expression does in between.
 */
import {
  type Context,
  defaultOperators,
  type Emitter,
  evalToken,
  type Liquid,
  LiquidError,
  RenderError,
  type Template,
  TokenKind,
  toValueSync,
} from 'liquidjs';
import { NotFormattable } from './formats.ts';
import { quickChoice, quicken, quickOutput, SLOW } from './liquid-quick.ts';
import { budgetOf, Collector, LimitReached, RANGE_BOUND_MAX } from './render-limits.ts';

type Operators = typeof defaultOperators;
/** The last argument of an operator is its context. */
type Operator = (...operands: unknown[]) => unknown;

/** Comparisons of long texts and lists, thousands of them in one condition, are paid for one by one. */
export const countedOperators = Object.fromEntries(
  Object.entries(defaultOperators as unknown as { [sign: string]: Operator }).map(
    ([sign, operator]) => [
      sign,
      (...operands: unknown[]) => {
        const context = operands.at(-1) as Context;
        budgetOf(context).compare(operands[0], operands.length > 2 ? operands[1] : undefined);
        return operator(...operands);
      },
    ],
  ),
) as unknown as Operators;

type Handler = (this: { context: Context }, value: unknown, ...given: unknown[]) => unknown;

/** Some filters of liquidjs count what they make; all of them are counted here. */
function countFilters(engine: Liquid): void {
  for (const [name, filter] of Object.entries(engine.filters)) {
    const handler = filter as Handler;
    engine.filters[name] = function counted(this: { context: Context }, value, ...given) {
      const budget = budgetOf(this.context);
      budget.step();
      const made = handler.call(this, value, ...given);
      if (typeof made === 'string') budget.use(made.length);
      return made;
    } as Handler as (typeof engine.filters)[string];
  }
}

/** Text between tags is written as it is; it needs no generator. */
const textOf = (template: Template): string | undefined => (template as { str?: string }).str;

/** At once, and not as a generator: liquidjs takes either, and each generator costs as much as an output. */
function renderTemplates(templates: Template[], context: Context, given?: Emitter): string {
  const budget = budgetOf(context);
  const emitter = given ?? (new Collector(budget) as unknown as Emitter);
  budget.step();
  budget.enter();
  for (const template of templates) {
    budget.step();
    try {
      renderOne(template, context, emitter);
    } catch (error) {
      throw LiquidError.is(error) ? error : new RenderError(error as Error, template);
    }
    if (context.breakCalled || context.continueCalled) break;
  }
  budget.leave();
  return (emitter as { buffer?: string }).buffer ?? '';
}

function renderOne(template: Template, context: Context, emitter: Emitter): void {
  const text = textOf(template) ?? quickOutput(template, context);
  if (text !== SLOW) return emitter.write(text);
  const chosen = quickChoice(template, context);
  if (chosen === SLOW) toValueSync(template.render(context, emitter));
  else renderTemplates(chosen, context, emitter);
}

/** Every filter that is registered by now, and every tag, is counted. */
export function guard(engine: Liquid): Liquid {
  countFilters(engine);
  engine.renderer.renderTemplates =
    renderTemplates as unknown as typeof engine.renderer.renderTemplates;
  return engine;
}

type TokenLike = { kind: TokenKind; [name: string]: unknown };
const isToken = (value: object): value is TokenLike => 'kind' in value;

/** A value that is evaluated as ever, and refused where it is no bound of a range. */
const bounded = (bound: unknown) => ({
  kind: TokenKind.FilteredValue,
  filters: [],
  getText: () => (bound as { getText(): string }).getText(),
  initial: {
    *evaluate(context: Context, lenient: boolean): IterableIterator<unknown> {
      const value = yield evalToken(bound as Parameters<typeof evalToken>[0], context, lenient);
      const number = Number(value);
      if (Number.isNaN(number)) throw new NotFormattable('range', 'numbers');
      if (Math.abs(number) > RANGE_BOUND_MAX) throw new LimitReached('range', RANGE_BOUND_MAX);
      return number;
    },
  },
});

/** What belongs to the engine, not to the template. */
const FOREIGN: ReadonlySet<string> = new Set(['liquid', 'parser', 'tokenizer', 'input']);

/** Bounds every range in what was parsed, and prepares what is simple. */
export function prepare(parsed: Template[]): Template[] {
  const seen = new Set<object>();
  const waiting: object[] = [parsed];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (isToken(one) && one.kind === TokenKind.Range) {
      Object.assign(one, { lhs: bounded(one['lhs']), rhs: bounded(one['rhs']) });
      continue;
    }
    quicken(one);
    for (const [name, value] of Object.entries(one)) {
      if (typeof value === 'object' && value !== null && !FOREIGN.has(name)) waiting.push(value);
    }
  }
  return parsed;
}
