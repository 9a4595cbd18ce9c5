/** What a check says: where, what was got, what is wanted, and which rule wants it. */
import type { Problem } from '../../../functions/domain/journeys/source.ts';
import type { RuledProblem } from '../problem.ts';
import { RULES, type RuleId, type Severity } from './rules.ts';

export type Finding = Problem & {
  severity: Severity;
  rule: RuleId;
  /** `post-purchase/first-thanks`. */
  mail?: string;
  /** Where it shows in one language only, or in one first. */
  locale?: string;
  /** Name of the sample customer whose mail shows it. */
  sample?: string;
};

/** A problem with what its rule says of it. */
export const found = (
  problem: RuledProblem,
  told: Pick<Finding, 'mail' | 'locale' | 'sample'> & { severity?: Severity } = {},
): Finding => ({ severity: RULES[problem.rule].severity, ...problem, ...told });
