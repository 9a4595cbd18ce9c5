/** A problem of templates, and the rule that it breaks. */
import type { Problem } from '../../functions/domain/journeys/source.ts';
import type { RuleId } from './checks/rules.ts';

export type RuledProblem = Problem & { rule: RuleId };

/** The rule of all that have none of their own. */
export const ruled = (
  rule: RuleId,
  problems: readonly (Problem & { rule?: RuleId })[],
): RuledProblem[] => problems.map((problem) => ({ rule, ...problem }));
