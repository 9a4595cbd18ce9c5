/** Publishing and taking back while mails are planned and sent: nothing twice, nothing lost, nothing mixed. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoReleases } from '../../functions/adapters/dynamodb/releases.ts';
import { headOf, publish, rollback } from '../../functions/app/publishing.ts';
import type { Journey } from '../../functions/contract/journeys.ts';
import type { Release } from '../../functions/contract/release.ts';
import { MINUTE_MS } from '../../functions/contract/time.ts';
import { violations } from './invariants.ts';
import { TABLES } from './parts.ts';
import { POLICY, RELEASE } from './policy.ts';
import { everyFault, told } from './runs.ts';
import { shopSends, identify, order, type Run, START } from './scenario.ts';
import type { Call } from './wire.ts';
import { type Options, World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** The same journeys, and mails that say which release they are of. */
function releaseOf(release: string, more: (journey: Journey) => Journey = (one) => one): Release {
  const templates = Object.entries(RELEASE.templates).map(([id, template]) => [
    id,
    { ...template, subject: `${id} of ${release}` },
  ]);
  const all = Object.fromEntries(templates);
  all['thanks/last'] = { ...all['thanks/more'], id: 'thanks/last', subject: `last of ${release}` };
  const policy = { ...POLICY, release, journeys: POLICY.journeys.map(more) };
  return { policy, templates: all };
}

/** A third mail after the second. */
const longer = (journey: Journey): Journey => {
  const second = journey.steps.find(({ id }) => id === 'more');
  if (journey.id !== 'thanks' || second?.kind !== 'send') return journey;
  const steps = [...journey.steps, { ...second, id: 'last', template: 'thanks/last' }];
  return { ...journey, steps };
};

const FIRST = releaseOf('first');
const SECOND = releaseOf('second', longer);
/** Minutes after the start: when the second release is published, and taken back. */
const PUBLISHED = 25;
const TAKEN_BACK = 70;
/** Whoever publishes tries again when it went wrong. */
const AGAIN_MS = 3 * MINUTE_MS;
const TRIES_MAX = 5;

type Editor = (releases: ReturnType<typeof dynamoReleases>, now: () => number) => Promise<unknown>;

function editorAt(world: World, minutes: number, edit: Editor): void {
  let tries = 0;
  const attempt = async (): Promise<void> => {
    tries += 1;
    const done = await world.works('publisher', (dynamo) =>
      edit(dynamoReleases(dynamo, TABLES.stateTable, world.nextId), () => world.now),
    );
    if (!done && tries < TRIES_MAX) world.at(world.now + AGAIN_MS, attempt);
  };
  world.at(START + minutes * MINUTE_MS, attempt);
}

const WHY = { author: 'Ada', message: 'why' };
const publishes =
  (release: Release): Editor =>
  (releases, now) =>
    publish({ releases, now }, { ...WHY, release, files: { 'a.txt': release.policy.release } });

/** What SES took, and how long after the start. */
type Sent = { mail: string; minutes: number };
type Published = Run & { sent: Sent[] };

/**
 * Ann orders under the first release, Bob under the second, which is taken back between his mails; Ann orders
 * once more after that.
 */
async function editing(options: Options = {}): Promise<Published> {
  const sent: Sent[] = [];
  const world = new World(START, {
    ...options,
    published: true,
    onRequest: (service, command) => {
      if (service !== 'ses') return;
      const { input } = command as { input: SendInput };
      const to = input.Destination?.ToAddresses?.[0]?.split('@')[0] ?? '';
      const mail = `${to}: ${input.Content?.Simple?.Subject?.Data ?? ''}`;
      sent.push({ mail, minutes: (world.now - START) / MINUTE_MS });
    },
  });
  const witness: Run['witness'] = { answered: [] };
  editorAt(world, 0, publishes(FIRST));
  shopSends(world, witness, 1, [
    identify('e1', 'ann', 'ann@example.com'),
    identify('e2', 'bob', 'bob@example.com'),
  ]);
  shopSends(world, witness, 20, [order('e3', 'ann', 'O1')]);
  editorAt(world, PUBLISHED, publishes(SECOND));
  shopSends(world, witness, 60, [order('e4', 'bob', 'O2')]);
  editorAt(world, TAKEN_BACK, (releases, now) =>
    rollback({ releases, now }, { ...WHY, to: 1, message: 'No' }),
  );
  shopSends(world, witness, 240, [order('e5', 'ann', 'O3')]);
  await world.run(START + 12 * 60 * MINUTE_MS);
  return { world, witness, sent };
}

type SendInput = {
  Destination?: { ToAddresses?: string[] };
  Content?: { Simple?: { Subject?: { Data?: string } } };
};

const WANTED = [
  'ann: thanks/thank-you of first',
  'ann: thanks/more of first',
  'bob: thanks/thank-you of second',
  // What was taken back goes no further: neither its words nor its third mail.
  'bob: thanks/more of first',
  'ann: thanks/thank-you of first',
  'ann: thanks/more of first',
].toSorted();

let calm: Published;
beforeAll(async () => {
  calm = await editing();
});

describe('publishing while mails are sent', () => {
  it('leaves a run in its release, and takes what is withdrawn out of all runs', async () => {
    expect(await violations(calm.world, calm.witness)).toEqual([]);
    expect(calm.sent.map(({ mail }) => mail).toSorted()).toEqual(WANTED);
    const store = dynamoReleases(calm.world.dynamo.client, TABLES.stateTable);
    const history = await store.history();
    expect(history.map(({ how, release }) => `${how} ${release}`)).toEqual([
      'rolled-back first',
      'published second',
      'published first',
    ]);
    expect(await store.head(history[1]!)).toEqual(headOf(SECOND));
  });

  /** Every request of who publishes, and every one about a release of those who read. */
  const concerned = ({ by, service, about }: Call) =>
    by === 'publisher' ||
    (service === 'dynamodb' && ['CURRENT', 'VERSION', 'PART', ''].includes(about));

  it('never sends twice, loses a mail or mixes releases, whatever goes wrong once', async () => {
    const calls = calm.world.wire.calls.filter(concerned);
    const odd: string[] = [];
    const scenario = async (options?: Options) => {
      const run = await editing(options);
      const wrong = mixed(run.sent);
      if (wrong.length > 0) odd.push(`${String(options?.plan)}: ${wrong.join(', ')}`);
      return run;
    };
    const { runs, findings } = await everyFault(scenario, calls);
    console.info(`faults while publishing: ${calls.length} requests, ${runs} runs`);
    expect(told(findings)).toEqual([]);
    expect(odd).toEqual([]);
    expect(runs).toBeGreaterThan(calls.length * 2);
  });
});

/** Everybody has what is current within a minute; who publishes needed a try more, and a mail may be late. */
const SETTLED = TAKEN_BACK + TRIES_MAX * 3 + 1;

/**
 * What should not have been sent, or should have been and was not. A mail that a fault delayed may be of the
 * release that had come by then; none is of the second before it was published, or once it was taken back.
 */
function mixed(sent: readonly Sent[]): string[] {
  const left = WANTED.map(anyRelease);
  const wrong: string[] = [];
  for (const { mail, minutes } of sent) {
    const at = left.indexOf(anyRelease(mail));
    if (at >= 0) left.splice(at, 1);
    else wrong.push(`${mail} is nobody's`);
    const isEarlyOrLate = minutes < PUBLISHED || minutes > SETTLED;
    if (mail.endsWith('second') && isEarlyOrLate) wrong.push(`${mail} at ${minutes}`);
  }
  return [...wrong, ...left.map((mail) => `${mail} is missing`)];
}

const anyRelease = (mail: string): string => mail.replace(/ of \w+$/, '');
