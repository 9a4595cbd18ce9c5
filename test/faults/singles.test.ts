import { beforeAll, describe, expect, it } from 'vitest';
import { republish } from '../../functions/app/republish.ts';
import { loggedEvents, standing, violations } from './invariants.ts';
import { everyFault, lostAnswerCostsNothing, told } from './runs.ts';
import { END, morning, type Run } from './scenario.ts';
import { HOUR_MS } from '../../functions/contract/time.ts';
import { busAnswer, type Queue } from './queues.ts';

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

/** What the operator does when the alarm says that events were not folded. */
async function republishAll({ world }: Run): Promise<void> {
  const { facts, browse, inbound } = Object.fromEntries(world.queues) as Record<string, Queue>;
  const rules = { facts, browse, inbound } as Parameters<typeof busAnswer>[0];
  async function* pages() {
    yield { events: loggedEvents(world), scanned: 0 };
  }
  await republish({
    pages: pages(),
    bus: {
      put: async (entries) => {
        const Entries = entries.map(({ name, detail }) => ({
          Source: 'perennial',
          DetailType: name,
          Detail: JSON.stringify(detail),
        }));
        busAnswer(rules, { input: { Entries } } as object, world.now, world.nextId);
        return [];
      },
    },
    progress: () => undefined,
  });
  await world.run(END + 6 * HOUR_MS);
}

describe('what vanishes without a trace', () => {
  it('a stream record: planned mails are found by sweep, events by publishing the log again', async () => {
    const found: string[] = [];
    let republished = 0;
    for (let record = 0; record < faultless.world.dynamo.stream.length; record += 1) {
      const run = await morning({ vanishes: { record } });
      const first = await violations(run.world, run.witness);
      const lost = first.filter(({ invariant }) => invariant === 'every event folded');
      if (lost.length < first.length) found.push(`record ${record}: ${JSON.stringify(first)}`);
      if (lost.length === 0) continue;
      republished += 1;
      await republishAll(run);
      const rest = await violations(run.world, run.witness);
      if (rest.length > 0) found.push(`record ${record}, published again: ${JSON.stringify(rest)}`);
    }
    expect(found).toEqual([]);
    expect(republished).toBeGreaterThan(0);
  });

  it('a queue message: wakes come again by the tick, mails by sweep, events by publishing again', async () => {
    const found: string[] = [];
    for (const queue of ['facts', 'wakes', 'deliver', 'inbound']) {
      for (let message = 0; message < faultless.world.queue(queue).puts; message += 1) {
        const run = await morning({ vanishes: { queue, message } });
        const lost = await violations(run.world, run.witness);
        if (lost.some(({ invariant }) => invariant === 'every event folded')) {
          if (queue !== 'facts') found.push(`${queue} ${message} lost an event`);
          await republishAll(run);
        }
        const rest = await violations(run.world, run.witness);
        if (rest.length > 0) found.push(`${queue} ${message}: ${JSON.stringify(rest)}`);
      }
    }
    expect(found).toEqual([]);
  });
});
