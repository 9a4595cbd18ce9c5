import { describe, expect, it } from 'vitest';
import { memoryControl } from '../../../functions/adapters/memory/control.ts';
import { PACE_SHARE, pacerOf, sendingOf } from '../../../functions/app/control.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { NOON } from '../../builders/ledger.ts';

function sendingWorld(ceilingStart = 200) {
  const control = memoryControl();
  const world = { at: NOON, monotonic: 0, reads: 0, reserves: 0 };
  const sending = sendingOf({
    control: {
      ...control,
      read: () => {
        world.reads += 1;
        return control.read();
      },
      reserve: (...args) => {
        world.reserves += 1;
        return control.reserve(...args);
      },
    },
    clock: { now: () => world.at },
    monotonic: () => world.monotonic,
    ceilingStart,
    allowList: '*',
  });
  return { world, control, sending };
}

describe('the controls', () => {
  it('are read at most once in ten seconds, by whichever clock moves', async () => {
    const { world, control, sending } = sendingWorld();
    await sending.controls();
    await control.pause('*');
    world.at += 9_999;
    expect((await sending.controls()).paused).toEqual([]);
    world.at += 1;
    expect((await sending.controls()).paused).toEqual(['*']);
    world.monotonic += 10_000;
    await sending.controls();
    sending.forget();
    await sending.controls();
    expect(world.reads).toBe(4);
  });
});

describe('the mails of a day', () => {
  it('are reserved in blocks where many are allowed, so that writes stay few', async () => {
    const { world, control, sending } = sendingWorld(20_000);
    for (let n = 0; n < 250; n += 1) await sending.spend();
    expect(world.reserves).toBe(3);
    expect(control.state.days[0]?.sent).toBe(300);
  });

  it('never exceed the ceiling, and use it to the last one', async () => {
    const { control, sending } = sendingWorld(450);
    let spent = 0;
    while (await sending.spend()) spent += 1;
    expect(spent).toBe(450);
    expect(control.state.days[0]).toMatchObject({ sent: 450, ceiling: 450 });
  });

  it('come back when a mail did not go', async () => {
    const { sending } = sendingWorld(1);
    expect(await sending.spend()).toBe(true);
    expect(await sending.spend()).toBe(false);
    sending.giveBack();
    expect(await sending.spend()).toBe(true);
  });

  it('end with their day: what is left of a block does not count for the next', async () => {
    const { world, control, sending } = sendingWorld(20_000);
    await sending.spend();
    world.at += DAY_MS;
    await sending.spend();
    expect(control.state.days.map(({ sent }) => sent)).toEqual([100, 100]);
  });

  it('double on the next day when all went well', async () => {
    const { world, sending } = sendingWorld(10);
    while (await sending.spend());
    world.at += DAY_MS;
    let spent = 0;
    while (await sending.spend()) spent += 1;
    expect(spent).toBe(20);
  });
});

describe('the pacer', () => {
  it('spaces claims evenly and lets the first go at once', async () => {
    const waits: number[] = [];
    const pacer = pacerOf({
      perSecond: 4 / PACE_SHARE,
      monotonic: () => 1000,
      sleep: async (ms) => void waits.push(ms),
    });
    for (let n = 0; n < 4; n += 1) await pacer.take();
    expect(waits).toEqual([250, 500, 750]);
  });

  it('stays below the account’s rate', () => {
    expect(PACE_SHARE).toBeLessThan(1);
  });

  it('saves nothing up while it is idle: no burst afterwards', async () => {
    const waits: number[] = [];
    let now = 0;
    const pacer = pacerOf({
      perSecond: 10 / PACE_SHARE,
      monotonic: () => now,
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
      },
    });
    await pacer.take();
    now = 60_000;
    for (let n = 0; n < 3; n += 1) await pacer.take();
    expect(waits).toEqual([100, 100]);
  });
});
