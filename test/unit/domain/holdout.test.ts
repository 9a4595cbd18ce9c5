import { describe, expect, it } from 'vitest';
import { heldOut } from '../../../functions/domain/holdout.ts';

const journey = { id: 'win-back', holdout: 0.1, measured: true };
const none = { holdout: { global: 0, salt: '1' } };
const ids = Array.from({ length: 20_000 }, (_, n) => `customer-${n}`);
const group = (settings: typeof none, of = journey) =>
  ids.filter((id) => heldOut(id, of, settings) !== undefined);

describe('the holdout', () => {
  it('keeps back about the share that was asked for', () => {
    expect(group(none).length / ids.length).toBeCloseTo(0.1, 1);
    expect(Math.abs(group(none).length / ids.length - 0.1)).toBeLessThan(0.01);
  });

  it('gives the same customer the same answer every time', () => {
    expect(group(none)).toEqual(group(none));
  });

  it('draws a group of its own for each journey', () => {
    const other = new Set(group(none, { ...journey, id: 'reorder' }));
    const both = group(none).filter((id) => other.has(id));
    expect(both.length / ids.length).toBeLessThan(0.02);
  });

  it('draws new groups when the salt changes', () => {
    const again = new Set(group({ holdout: { global: 0, salt: '2' } }));
    expect(group(none).filter((id) => again.has(id)).length / ids.length).toBeLessThan(0.02);
  });

  it('never touches a journey that is not measured', () => {
    const all = { holdout: { global: 1, salt: '1' } };
    expect(group(all, { id: 'feedback', holdout: 1, measured: false })).toEqual([]);
  });

  it('names which of the two shares decided, the global one first', () => {
    const all = { holdout: { global: 1, salt: '1' } };
    expect(heldOut('a', { ...journey, holdout: 1 }, all)).toBe('holdout-global');
    expect(heldOut('a', { ...journey, holdout: 1 }, none)).toBe('holdout-journey');
    expect(heldOut('a', { ...journey, holdout: 0 }, none)).toBeUndefined();
  });
});
