import { describe, expect, it } from 'vitest';
import { allows, readStatement } from '../../../infra/local/iam.ts';

const allow = (more: object) =>
  readStatement({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: 'arn:t', ...more });
const ask = { action: 'dynamodb:GetItem', resource: 'arn:t' };

describe('a role', () => {
  it('may do what a statement names, and nothing else', () => {
    expect(allows([allow({})], ask)).toBe(true);
    expect(allows([allow({})], { ...ask, action: 'dynamodb:PutItem' })).toBe(false);
    expect(allows([allow({})], { ...ask, resource: 'arn:t/index/wake' })).toBe(false);
    expect(allows([], ask)).toBe(false);
  });

  it('may not do what another statement denies', () => {
    const deny = allow({ Effect: 'Deny', Action: 'dynamodb:*' });
    expect(allows([allow({}), deny], ask)).toBe(false);
  });

  it('may only do it under the statement’s conditions', () => {
    const only = allow({ Condition: { StringEquals: { 'ses:FromAddress': 'a@b.co' } } });
    const from = (address: string) => ({ ...ask, context: { 'ses:FromAddress': address } });
    expect(allows([only], from('a@b.co'))).toBe(true);
    expect(allows([only], from('x@b.co'))).toBe(false);
    expect(allows([only], ask)).toBe(false);
    const keys = allow({
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REJECT#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
    const leading = (...values: string[]) => ({
      ...ask,
      context: { 'dynamodb:LeadingKeys': values },
    });
    expect(allows([keys], leading('REJECT#2026'))).toBe(true);
    expect(allows([keys], leading('REJECT#2026', 'CUSTOMER#1'))).toBe(false);
    expect(allows([keys], leading())).toBe(false);
  });

  it('stops the start where a condition is not known', () => {
    expect(() => allow({ Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4' } } })).toThrow(
      /IpAddress is not known/,
    );
    expect(() => readStatement({ Effect: 'Allow', NotAction: 'x', Resource: '*' })).toThrow(
      /not understood/,
    );
  });
});
