import { describe, expect, it } from 'vitest';
import { ENV } from '../../../functions/contract/env.ts';
import {
  allowList,
  deadLetterQueues,
  number,
  optionalText,
  secrets,
  text,
  url,
} from '../../../functions/runtime/env.ts';

describe('the environment of a function', () => {
  it('names the variable that is missing', () => {
    expect(() => text({}, 'stateTable')).toThrow(
      /PERENNIAL_STATE_TABLE: got nothing, wanted a value/,
    );
    expect(() => text({ [ENV.bus]: '' }, 'bus')).toThrow(/PERENNIAL_BUS/);
    expect(optionalText({}, 'sesTenant')).toBeUndefined();
  });

  it('names an address that is none, without repeating it', () => {
    const env = { [ENV.wakeQueue]: 'account-123456789012' };
    expect(() => url(env, 'wakeQueue')).toThrow(/PERENNIAL_WAKE_QUEUE_URL: got 20 characters/);
    expect(() => url(env, 'wakeQueue')).not.toThrow(/123456789012/);
    expect(url({ [ENV.wakeQueue]: 'https://sqs.example/1/q' }, 'wakeQueue')).toContain('sqs');
  });

  it('wants numbers where it reads numbers', () => {
    expect(number({ [ENV.sendRate]: '14' }, 'sendRate', 0.1)).toBe(14);
    for (const bad of ['0', 'fast', '-3']) {
      expect(() => number({ [ENV.sendRate]: bad }, 'sendRate', 0.1)).toThrow(/PERENNIAL_SEND_RATE/);
    }
  });

  it('refuses a secret that can be guessed, without telling it', () => {
    expect(() => secrets({ [ENV.secret]: 'hunter2' })).toThrow(/got 7 characters/);
    const long = 'x'.repeat(32);
    expect(secrets({ [ENV.secret]: long, [ENV.previousSecret]: 'old' })).toEqual({
      current: long,
      previous: 'old',
    });
  });

  it('mails nobody where no allow-list is set', () => {
    expect(allowList({})).toEqual([]);
    expect(allowList({ [ENV.allowList]: ' A@example.com, b@example.com' })).toEqual([
      'a@example.com',
      'b@example.com',
    ]);
    expect(allowList({ [ENV.allowList]: '*' })).toBe('*');
  });

  it('pairs each dead-letter queue with its queue', () => {
    const env = { [ENV.deadLetterQueues]: 'https%3A%2F%2Fq%2Fdlq=https://q/live' };
    expect(deadLetterQueues(env)).toEqual([
      { deadLetterUrl: 'https://q/dlq', queueUrl: 'https://q/live' },
    ]);
    expect(() => deadLetterQueues({ [ENV.deadLetterQueues]: 'alone' })).toThrow(/DEAD_LETTER/);
  });
});
