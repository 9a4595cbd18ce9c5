import { afterAll, describe, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../functions/contract/time.ts';
import * as broken from './broken.ts';
import { type Invariant, standing, type Violation, violations } from './invariants.ts';
import {
  describeFault,
  lostAnswerCostsNothing,
  onSendPath,
  type Scenario,
  waysAt,
} from './runs.ts';
import { leavesEarly, oneMail, sameMinute } from './scenario.ts';
import type { Call, Way } from './wire.ts';
import type { Options } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

type Caught = { runs: number; fault: string; found: Violation[] };
const table: { variant: string; runs: number; fault: string; invariant: string }[] = [];
afterAll(() => console.table(table));

function told(variant: string, caught: Caught | undefined): Invariant[] {
  const invariants = [...new Set(caught?.found.map(({ invariant }) => invariant))];
  const { runs = 0, fault = 'NOT CAUGHT' } = caught ?? {};
  table.push({ variant, runs, fault, invariant: invariants.join(', ') });
  return invariants;
}

/** Breaks the variant at one request after the other until something is violated. */
async function firstCaught(
  scenario: Scenario,
  options: Options,
  where: (call: Call) => boolean = () => true,
  first: [number, Way][] = [],
): Promise<Caught | undefined> {
  const start = await scenario({ ...options, plan: first });
  const calm = await violations(start.world, start.witness);
  if (calm.length > 0) return { runs: 1, fault: 'none needed', found: calm };
  const check = lostAnswerCostsNothing(() => standing(start.world));
  let runs = 1;
  const after = first.at(-1)?.[0] ?? -1;
  const calls = start.world.wire.calls.filter((call) => call.index > after && where(call));
  for (const call of calls) {
    for (const way of waysAt(call)) {
      runs += 1;
      const run = await scenario({ ...options, plan: [...first, [call.index, way]] });
      const found = [...(await violations(run.world, run.witness)), ...check(run, call, way)];
      if (found.length > 0) return { runs, fault: describeFault(call, way), found };
    }
  }
  return undefined;
}

/** The same in sweep, after a crash at each of deliver's writes. */
async function firstCaughtAfterCrash(options: Options): Promise<Caught | undefined> {
  const { calls } = (await oneMail(options)).world.wire;
  for (const call of calls.filter(({ writes, by }) => writes && by === 'deliver')) {
    const first: [number, Way][] = [[call.index, 'crash after']];
    const inSweep = ({ by, writes }: Call) => by === 'sweep' && writes;
    const caught = await firstCaught(oneMail, options, inSweep, first);
    if (caught) {
      return { ...caught, fault: `${describeFault(call, 'crash after')}, then ${caught.fault}` };
    }
  }
  return undefined;
}

const late = { sesDelayMs: 7 * MINUTE_MS };
type Variant = [string, Invariant, () => Promise<Caught | undefined>];
const VARIANTS: Variant[] = [
  ['SDK retries on', 'one mail an id', () => firstCaught(oneMail, broken.sdkRetriesOn, onSendPath)],
  [
    'no ALL_OLD comparison',
    'a lost answer costs nothing',
    () => firstCaught(oneMail, broken.noAllOld, onSendPath),
  ],
  [
    'ledger without claim',
    'one mail an id',
    () => firstCaught(oneMail, broken.noClaim, onSendPath),
  ],
  [
    'gate read only when planned',
    'no mail after leaving',
    () => firstCaught(leavesEarly, broken.gateOnlyWhenPlanned),
  ],
  [
    'sweep without comparison',
    'evidence counts',
    () => firstCaughtAfterCrash({ ...broken.sweepWithoutComparison, ...late }),
  ],
  [
    'ambiguous treated as failed',
    'no mail denied',
    () => firstCaught(oneMail, { ...broken.ambiguousIsFailed, silentSes: true }, onSendPath),
  ],
  [
    'acknowledged before confirmed (ingest)',
    'answered means stored',
    () => firstCaught(oneMail, broken.acknowledgedBeforeStored),
  ],
  [
    'acknowledged before confirmed (queue)',
    'every event folded',
    () => firstCaught(oneMail, broken.acknowledgedBeforeFolded),
  ],
  [
    'cells counted after the commit',
    'cells add up',
    () => firstCaught(oneMail, broken.countedAfterwards),
  ],
];

describe('a system that is built wrong is caught', () => {
  it.each(VARIANTS)('%s', async (variant, invariant, run) => {
    expect(told(variant, await run())).toContain(invariant);
  });

  it('events that plan mails: then it matters which of two events is heard first', async () => {
    const both = async (options: Options) => {
      const runs = [await sameMinute(false, options), await sameMinute(true, options)];
      return runs.map(({ world }) => standing(world));
    };
    const [sound, swapped] = await both({});
    expect(swapped).toBe(sound);
    const [hasty, hastySwapped] = await both(broken.eventsPlan);
    expect(hastySwapped).not.toBe(hasty);
    const found: Violation[] = [{ invariant: 'order changes nothing', what: '' }];
    told('events that plan mails', { runs: 2, fault: 'two events of a minute, swapped', found });
  });
});

describe('the same searches find nothing in the system as it is', () => {
  const sound: [string, () => Promise<Caught | undefined>][] = [
    ['one mail', () => firstCaught(oneMail, {})],
    ['one mail, SES silent', () => firstCaught(oneMail, { silentSes: true })],
    ['leaving early', () => firstCaught(leavesEarly, {})],
  ];
  it.each(sound)('%s', async (_name, run) => {
    expect(await run()).toBeUndefined();
  });
});
