import { beforeAll, describe, expect, it, vi } from 'vitest';
import { standing, type Violation, violations } from './invariants.ts';
import { describeFault, everyFault, lostAnswerCostsNothing, told, waysAt } from './runs.ts';
import { TABLES } from './parts.ts';
import { END, morning, ordersOfMonths, type Run } from './scenario.ts';
import type { Call } from './wire.ts';
import type { Options } from './world.ts';
import { PARTS } from '../../functions/app/audit.ts';
import { CELLS } from '../../functions/contract/keys.ts';
import { HOUR_MS } from '../../functions/contract/time.ts';

// About ten seconds on an idle core; a busy machine may take its time.
vi.setConfig({ testTimeout: 600_000 });

let faultless: Run;
let wanted: string;
beforeAll(async () => {
  faultless = await morning();
  wanted = standing(faultless.world);
});

describe('a morning without faults', () => {
  it('sends what the journeys say, and nothing after a bounce or an unsubscribe', async () => {
    const { world, witness } = faultless;
    expect(await violations(world, witness)).toEqual([]);
    expect(
      world
        .rows()
        .map(({ journey, step, occasion, state }) =>
          [journey, step, occasion.split('@')[0], state].join(' '),
        )
        .toSorted(),
    ).toEqual([
      'cart reminder C1 SENT',
      'thanks more O1 SENT',
      'thanks thank-you O1 SENT',
      'thanks thank-you O2 SENT',
    ]);
    expect(witness.answered).toHaveLength(7);
    expect(witness.leftAt).toBeGreaterThan(0);
  });

  it('makes the same requests in the same order each time, so that the nth is always the same', async () => {
    const again = await morning();
    expect(again.world.wire.calls).toEqual(faultless.world.wire.calls);
  });

  it('calls every function but sweep', () => {
    const functions = new Set(faultless.world.wire.calls.map(({ by }) => by));
    // Sweep has nothing to do here: its requests fail in the pairs.
    const wantedFunctions = ['deliver', 'inbound', 'ingest', 'pages', 'publish', 'react', 'wake'];
    expect([...functions].toSorted()).toEqual(wantedFunctions);
  });
});

describe('one fault at any request', () => {
  const costsNothing = lostAnswerCostsNothing(() => wanted);

  it('never sends twice, loses an event, mails after an unsubscribe or leaves a row behind', async () => {
    const { calls } = faultless.world.wire;
    const { runs, findings } = await everyFault(morning, calls, costsNothing);
    console.info(`faults, one at a time: ${calls.length} requests, ${runs} runs`);
    expect(told(findings)).toEqual([]);
  });

  it('is the same where SES never tells what became of a mail', async () => {
    const silent = await morning({ silentSes: true });
    const calls = silent.world.wire.calls.filter(({ by }) => by === 'deliver');
    const { findings } = await everyFault(morning, calls, undefined, { silentSes: true });
    expect(told(findings)).toEqual([]);
  });
});

describe('one fault while orders come, go and come late', () => {
  it('never counts an order twice or not at all', async () => {
    const calm = await ordersOfMonths();
    expect(await violations(calm.world, calm.witness)).toEqual([]);
    const counted = calm.world.dynamo.items(TABLES.stateTable).filter(({ pk }) => pk === CELLS);
    expect(counted.length).toBeGreaterThan(4);
    const calls = calm.world.wire.calls.filter(({ by }) => by === 'react');
    const { findings } = await everyFault(ordersOfMonths, calls);
    expect(told(findings)).toEqual([]);
  });
});

/** So long until an audit of a part of the log every hour has seen all of it, once or twice. */
const ONE_ROUND = END + (PARTS + 1) * HOUR_MS;
const TWO_ROUNDS = END + (2 * PARTS + 1) * HOUR_MS;

async function afterAudits(
  options: Options,
  until = ONE_ROUND,
): Promise<{ run: Run; early: Violation[] }> {
  const run = await morning({ ...options, audits: true });
  const early = await violations(run.world, run.witness);
  await run.world.run(until);
  return { run, early };
}

describe('what vanishes without a trace', () => {
  it('a stream record: sweep finds planned mails, its audit of the log finds events', async () => {
    const found: string[] = [];
    let audited = 0;
    for (let record = 0; record < faultless.world.dynamo.stream.length; record += 1) {
      const { run, early } = await afterAudits({ vanishes: { record } });
      audited += early.some(({ invariant }) => invariant === 'every event folded') ? 1 : 0;
      const rest = await violations(run.world, run.witness);
      if (rest.length > 0) found.push(`record ${record}: ${JSON.stringify(rest)}`);
    }
    expect(found).toEqual([]);
    expect(audited).toBeGreaterThan(0);
  });

  it('a queue message: wakes come again by the tick, mails by sweep, events by the audit', async () => {
    const found: string[] = [];
    for (const queue of ['facts', 'wakes', 'deliver', 'inbound']) {
      for (let message = 0; message < faultless.world.queue(queue).puts; message += 1) {
        const { run } = await afterAudits({ vanishes: { queue, message } });
        const rest = await violations(run.world, run.witness);
        if (rest.length > 0) found.push(`${queue} ${message}: ${JSON.stringify(rest)}`);
      }
    }
    expect(found).toEqual([]);
  });

  it('an event, and then the audit itself fails at any request: the next round finds it', async () => {
    const vanishes = { queue: 'facts', message: 0 };
    const { run } = await afterAudits({ vanishes });
    const calls = run.world.wire.calls.filter(isOfAudit);
    expect(calls.length).toBeGreaterThan(0);
    const found: string[] = [];
    for (const call of calls) {
      for (const way of waysAt(call)) {
        const plan: Options['plan'] = [[call.index, way]];
        const again = await afterAudits({ vanishes, plan }, TWO_ROUNDS);
        const rest = await violations(again.run.world, again.run.witness);
        if (rest.length > 0) found.push(`${describeFault(call, way)}: ${JSON.stringify(rest)}`);
      }
    }
    expect(found).toEqual([]);
  });
});

/** What the audit asks where it finds events: their part of the log, their customer, the lane. */
const isOfAudit = ({ by, command, about }: Call, index: number, all: readonly Call[]): boolean =>
  by === 'sweep' &&
  (about === 'STATE' ||
    about === 'facts' ||
    (command === 'ScanCommand' && all[index + 1]?.about === 'STATE'));
