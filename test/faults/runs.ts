/** Which faults are tried at which requests, and what a run with them violates. */
import { standing, type Violation, violations } from './invariants.ts';
import type { Run } from './scenario.ts';
import { type Call, WAYS, type Way } from './wire.ts';
import type { Options } from './world.ts';

// Failures are meant here, and thousands of them would hide what is not.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

export type Scenario = (options?: Options) => Promise<Run>;

/**
 * A read changes nothing, so crashing after it is crashing before it, and a lost answer is an error. A
 * frozen function is tried at every write but SES's, whose call its client ends after five seconds.
 */
export function waysAt({ writes, service }: Call): Way[] {
  if (!writes) return ['crash before', 'error before', 'throttle'];
  if (service === 'ses') return [...WAYS];
  return [...WAYS, 'lost for good', 'stall'];
}

export const describeFault = ({ index, by, command, about }: Call, way: Way): string =>
  `${way} at request ${index}: ${by} ${command} ${about}`;

export type Finding = { fault: string; found: Violation[] };

/** Runs the scenario once for every way at every request of `calls`. */
export async function everyFault(
  scenario: Scenario,
  calls: readonly Call[],
  check: (run: Run, call: Call, way: Way) => Violation[] = () => [],
  options: Options = {},
): Promise<{ runs: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  let runs = 0;
  for (const call of calls) {
    for (const way of waysAt(call)) {
      runs += 1;
      const run = await scenario({ ...options, plan: [[call.index, way]] });
      const found = [...(await violations(run.world, run.witness)), ...check(run, call, way)];
      if (found.length > 0) findings.push({ fault: describeFault(call, way), found });
    }
  }
  return { runs, findings };
}

/** The SDK repeats what our own tables did not answer: that must cost nobody a mail. */
export const lostAnswerCostsNothing =
  (wanted: () => string) =>
  ({ world }: Run, { service }: Call, way: Way): Violation[] =>
    way === 'answer lost' && service !== 'ses' && standing(world) !== wanted()
      ? [{ invariant: 'a lost answer costs nothing', what: standing(world) }]
      : [];

/** Requests of the way from a planned row to a settled one. */
export const onSendPath = ({ by, about, service }: Call): boolean =>
  by === 'deliver' ||
  by === 'sweep' ||
  by === 'inbound' ||
  (by === 'publish' && (service === 'sqs' || about === 'deliver'));

export const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ fault, found }) =>
    [fault, ...found.map(({ invariant, what }) => `  ${invariant}: ${what}`)].join('\n'),
  );
