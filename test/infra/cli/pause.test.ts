import { describe, expect, it } from 'vitest';
import { NoSuchJourney, pauseCommand } from '../../../cli/pause-command.ts';

const known = ['win-back', 'reorder'];

function port() {
  const paused = new Set<string>();
  return {
    pause: async (journey: string) => void paused.add(journey),
    resume: async (journey: string) => void paused.delete(journey),
    read: async () => ({ paused: [...paused] }),
  };
}

describe('npm run pause', () => {
  it('pauses one journey, then all, and says how things stand', async () => {
    const control = port();
    const run = (journey: string, resume = false) =>
      pauseCommand(control, { journey, resume, known });
    expect(await run('win-back')).toBe('Paused: win-back. Acts within a minute.');
    expect(await run('reorder')).toBe('Paused: reorder, win-back. Acts within a minute.');
    expect(await run('all')).toBe('Paused: all mails. Acts within a minute.');
    expect(await run('all', true)).toBe('Paused: reorder, win-back. Acts within a minute.');
    expect(await run('reorder', true)).toContain('win-back');
    expect(await run('win-back', true)).toBe('Nothing is paused.');
  });

  it('refuses a journey that does not exist, so that a typo never passes for a pause', async () => {
    const typo = pauseCommand(port(), { journey: 'winback', resume: false, known });
    await expect(typo).rejects.toThrow(NoSuchJourney);
    await expect(typo).rejects.toThrow('got winback, wanted all or one of win-back, reorder');
  });

  it('resumes a journey that was removed since', async () => {
    const resumed = pauseCommand(port(), { journey: 'old-one', resume: true, known });
    await expect(resumed).resolves.toBe('Nothing is paused.');
  });
});
