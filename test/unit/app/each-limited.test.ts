import { describe, expect, it } from 'vitest';
import { eachLimited } from '../../../functions/app/each-limited.ts';

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

describe('work done a few at a time', () => {
  it('never has more under way than allowed, and does everything', async () => {
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await eachLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await later();
      underWay -= 1;
      done.push(item);
    });
    expect([most, done.toSorted()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
  });

  it('begins nothing after an error, and leaves nothing under way when it throws', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = eachLimited([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await later();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('first');
    expect([begun, ended]).toEqual([[1, 2], [2]]);
    await later();
    expect(begun).toEqual([1, 2]);
  });
});
