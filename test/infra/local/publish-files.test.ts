import { describe, expect, it } from 'vitest';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import type { Problem } from '../../../functions/domain/journeys/source.ts';
import type { Release } from '../../../functions/contract/release.ts';
import { publishEdited } from '../../../infra/local/publish-files.ts';
import { settings } from '../../builders/policy.ts';
import { thanks } from '../../builders/releases.ts';

/** What a build makes of the folder. */
function deployed(name: string, steps?: string[]): { release: Release; files: {} } {
  const { content } = thanks(name, 0, { text: name, ...(steps && { steps }) });
  const { head, templates, files } = content;
  const { release, journeys, locales, shop } = head;
  const whole = settings();
  const policy = { release, journeys, settings: { ...whole, shop: { ...whole.shop, ...shop } } };
  return { release: { policy, templates, locales }, files };
}

async function started() {
  const store = memoryReleases();
  await store.publish(undefined, thanks('first', 1));
  const lines: string[] = [];
  const faults: Problem[] = [];
  const start = (name: string, steps?: string[]) =>
    publishEdited(
      store,
      deployed(name, steps),
      () => 2,
      (line) => lines.push(line),
      async () => faults,
    );
  const releases = async () => (await store.history()).map(({ release }) => release);
  return { store, lines, faults, start, releases };
}

describe('the folder at a start of the local run', () => {
  it('is published where it was edited, and only then', async () => {
    const { start, releases, lines } = await started();
    await start('first');
    expect(await releases()).toEqual(['first']);
    await start('edited');
    await start('edited');
    expect(await releases()).toEqual(['edited', 'first']);
    expect(lines).toEqual(['Published what was edited since: version 2.']);
  });

  it('is not published with an error that only shows in a rendered mail', async () => {
    const { start, releases, lines, faults } = await started();
    faults.push({ file: 'thanks/mail.mjml', line: 7, got: 'pale', wanted: 'a contrast of 4.5' });
    await start('edited');
    expect(await releases()).toEqual(['first']);
    expect(lines[1]).toBe('  thanks/mail.mjml:7: got pale; wanted a contrast of 4.5');
  });

  it('leaves a release taken back that was taken back', async () => {
    const { store, start, releases } = await started();
    await start('edited');
    await store.publish(await store.current(), { ...thanks('first', 3), withdrawn: ['edited'] });
    await start('edited');
    expect(await releases()).toEqual(['first', 'edited', 'first']);
  });

  it('says why it cannot be published, and goes on with what is', async () => {
    const { store, start, releases, lines } = await started();
    const steps = { thanks: { 'thank-you': { kind: 'wait' } } };
    await store.publish(await store.current(), { ...thanks('second', 2), steps });
    await start('edited');
    expect(await releases()).toEqual(['second', 'first']);
    expect(lines[0]).toContain('cannot be published');
    expect(lines[1]).toContain('thanks/journey.yaml');
  });
});
