import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATE_CLAIMS_MAX, type Gate } from '../../../functions/contract/messages.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import {
  addSoftBounce,
  claim,
  openGate,
  otherClaims,
  releaseClaim,
  suppress,
  withdraw,
} from '../../../functions/domain/gate.ts';
import { NOON } from '../../builders/ledger.ts';

const gate = openGate('customer-1');
const plain = (it: Gate) => ({ ...it, version: 0 });

describe('withdrawals', () => {
  const anyWithdrawal = fc.record({
    at: fc.integer({ min: NOON, max: NOON + 5 }),
    id: fc.constantFrom('a', 'b', 'c'),
    source: fc.constantFrom('unsubscribe', 'identify'),
  });

  it('end the same in whatever order and however often they come', () => {
    const pair = fc.tuple(anyWithdrawal, anyWithdrawal);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        fc.pre(a.id !== b.id);
        const once = withdraw(withdraw(gate, '*', a), '*', b);
        const turned = withdraw(withdraw(withdraw(gate, '*', b), '*', a), '*', b);
        expect(plain(once)).toEqual(plain(turned));
      }),
    );
  });

  it('stay explicit when an identify without consent comes after an unsubscribe', () => {
    const left = withdraw(gate, '*', { at: NOON, id: 'a', source: 'unsubscribe' });
    const again = withdraw(left, '*', { at: NOON + 1, id: 'b', source: 'identify' });
    expect(again.withdrawn['*']).toEqual({ at: NOON + 1, id: 'b', source: 'unsubscribe' });
  });

  it('of one topic leave the others alone', () => {
    const left = withdraw(gate, 'feedback', { at: NOON, id: 'a', source: 'unsubscribe' });
    expect(Object.keys(left.withdrawn)).toEqual(['feedback']);
    expect(left.version).toBe(1);
  });

  it('write nothing when they say nothing new', () => {
    const left = withdraw(gate, '*', { at: NOON, id: 'b', source: 'unsubscribe' });
    expect(withdraw(left, '*', { at: NOON - 1, id: 'a', source: 'unsubscribe' })).toBe(left);
    expect(withdraw(left, '*', { at: NOON, id: 'b', source: 'unsubscribe' })).toBe(left);
  });
});

describe('suppression', () => {
  it('lets a stronger cause replace a weaker one, never the other way', () => {
    const soft = suppress(gate, 'soft-bounces', NOON);
    const erased = suppress(soft, 'erased', NOON + 1);
    expect(erased.suppressed).toEqual({ code: 'erased', at: NOON + 1 });
    expect(suppress(erased, 'hard-bounce', NOON + 2)).toBe(erased);
    expect(suppress(soft, 'soft-bounces', NOON + 2)).toBe(soft);
  });

  it('comes with the third transient bounce within 30 days', () => {
    const two = addSoftBounce(addSoftBounce(gate, 'a', NOON), 'b', NOON + DAY_MS);
    expect(two.suppressed).toBeUndefined();
    const three = addSoftBounce(two, 'c', NOON + 29 * DAY_MS);
    expect(three.suppressed).toEqual({ code: 'soft-bounces', at: NOON + 29 * DAY_MS });
    expect(three.version).toBe(3);
  });

  it('does not come with three transient bounces over a longer time', () => {
    const two = addSoftBounce(addSoftBounce(gate, 'a', NOON), 'b', NOON + DAY_MS);
    expect(addSoftBounce(two, 'c', NOON + 30 * DAY_MS).suppressed).toBeUndefined();
  });

  it('counts a bounce that is told twice once', () => {
    const one = addSoftBounce(gate, 'a', NOON);
    expect(addSoftBounce(one, 'a', NOON)).toBe(one);
  });

  it('keeps at most three bounces', () => {
    let current = gate;
    for (let n = 0; n < 20; n += 1) current = addSoftBounce(current, `b${n}`, NOON + n * 10);
    expect(Object.keys(current.softBounces ?? {})).toHaveLength(3);
  });
});

describe('claims', () => {
  it('are entered once, and taken out again', () => {
    const once = claim(gate, 'm', NOON);
    const twice = once && claim(once, 'm', NOON + 1);
    expect(twice?.claims).toEqual([['m', NOON + 1]]);
    expect(twice && releaseClaim(twice, 'm').claims).toEqual([]);
    expect(releaseClaim(gate, 'm')).toBe(gate);
  });

  it('are forgotten when they are a week old', () => {
    const old = claim(gate, 'old', NOON - 7 * DAY_MS);
    const fresh = old && claim(old, 'new', NOON);
    expect(fresh?.claims).toEqual([['new', NOON]]);
  });

  it('do not count the message itself', () => {
    const one = claim(gate, 'm', NOON);
    const two = one && claim(one, 'n', NOON + 1);
    expect(two && otherClaims(two, 'n')).toEqual([NOON]);
  });

  it('never grow beyond their limit', () => {
    const claims: [string, number][] = Array.from({ length: GATE_CLAIMS_MAX }, (_, n) => [
      `m${n}`,
      NOON,
    ]);
    expect(claim({ ...gate, claims }, 'one-more', NOON)).toBeUndefined();
    expect(claim({ ...gate, claims }, 'm3', NOON)?.claims).toHaveLength(GATE_CLAIMS_MAX);
  });
});
