import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../functions/domain/classify.ts';

const kind = (name: string, httpStatus?: number, message?: string) =>
  classify({ name, httpStatus, message }).kind;

describe('what an error of SES means', () => {
  it('never takes anything but a 4xx for "not accepted"', () => {
    const status = fc.option(
      fc.integer({ min: 100, max: 599 }).filter((code) => code < 400 || code >= 500),
      { nil: undefined },
    );
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('MessageRejected', 'TooManyRequestsException', 'AccessDeniedException'),
    );
    fc.assert(
      fc.property(name, status, fc.string(), (error, httpStatus, message) => {
        expect(kind(error, httpStatus, message)).toBe('ambiguous');
      }),
    );
  });

  it('waits a little where it was too fast', () => {
    for (const name of ['TooManyRequestsException', 'Throttling', 'ThrottlingException'])
      expect(kind(name, 400)).toBe('throttled');
    expect(kind('MessageRejected', 400, 'Maximum sending rate exceeded.')).toBe('throttled');
    expect(kind('Unknown', 429)).toBe('throttled');
  });

  it('stops all mail where the account, its rights or its set-up are the cause', () => {
    const names = [
      'AccountSuspendedException',
      'SendingPausedException',
      'MailFromDomainNotVerifiedException',
      'LimitExceededException',
      'AccessDeniedException',
      'ExpiredTokenException',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
    ];
    for (const name of names) expect(kind(name, 400)).toBe('blocked');
    expect(kind('NotFoundException', 404)).toBe('blocked');
    expect(kind('Anything', 403)).toBe('blocked');
    expect(kind('MessageRejected', 400, 'Email address is not verified. eu-west-1')).toBe(
      'blocked',
    );
    expect(kind('CredentialsProviderError')).toBe('blocked');
  });

  it('gives up a single mail that SES rejects', () => {
    expect(kind('MessageRejected', 400, 'Address blacklisted.')).toBe('rejected');
    expect(kind('BadRequestException', 400)).toBe('rejected');
  });

  it('stays in doubt about a 4xx that is not an answer of SES', () => {
    expect(kind('SyntaxError', 400)).toBe('ambiguous');
    expect(kind('RequestTimeoutException', 408)).toBe('ambiguous');
  });
});
