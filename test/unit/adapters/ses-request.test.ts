import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodedName,
  sendableAddress,
  sesRequest,
} from '../../../functions/adapters/ses/request.ts';
import type { Mail } from '../../../functions/app/mail.ts';

const config = { configurationSet: 'set' };
const mail: Mail = {
  to: 'ruta@example.com',
  from: { name: 'Shop', address: 'hello@shop.example.com' },
  replyTo: 'care@shop.example.com',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  tags: {},
};
const faultOf = (change: Partial<Mail>) => {
  const result = sesRequest({ ...mail, ...change }, config);
  return 'fault' in result ? result.fault : undefined;
};

describe('the request to SES', () => {
  it('has no unsubscribe headers for transactional mail, and no tenant where there is none', () => {
    const result = sesRequest(mail, config);
    if ('fault' in result) throw new Error(result.fault);
    expect(result.request.Content?.Simple).not.toHaveProperty('Headers');
    expect(result.request).not.toHaveProperty('TenantName');
  });

  it('refuses what SES would refuse, and says which part', () => {
    expect(faultOf({ to: 'nobody' })).toBe('to-invalid');
    expect(faultOf({ from: { name: 'Shop', address: 'x' } })).toBe('from-invalid');
    expect(faultOf({ replyTo: '' })).toBe('reply-to-invalid');
    expect(faultOf({ subject: ' ' })).toBe('subject-invalid');
    expect(faultOf({ subject: 'a\r\nBcc: b@example.com' })).toBe('subject-invalid');
    expect(faultOf({ subject: 'a'.repeat(999) })).toBe('subject-invalid');
    expect(faultOf({ text: '' })).toBe('body-empty');
    expect(faultOf({ html: 'a'.repeat(1024 * 1024) })).toBe('body-too-large');
    expect(faultOf({ tags: { 'perennial-step': 'two words' } })).toBe('tag-invalid');
    expect(faultOf({ tags: { step: '' } })).toBe('tag-invalid');
    expect(faultOf({ unsubscribeUrl: 'http://shop.example.com/u/1' })).toBe('header-invalid');
    expect(faultOf({ unsubscribeUrl: 'https://shop.example.com/ü' })).toBe('header-invalid');
    expect(faultOf({ unsubscribeUrl: `https://shop.example.com/${'a'.repeat(980)}` })).toBe(
      'header-invalid',
    );
  });

  it('takes one plain address only, and writes its domain in ASCII', () => {
    expect(sendableAddress('ruta@mūsų.lt')).toBe('ruta@xn--ms-gua7a.lt');
    expect(sendableAddress('a+b@Example.COM')).toBe('a+b@example.com');
    const refused = [
      'a@example.com, b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'Ruta <a@example.com>',
      '"a b"@example.com',
      'rūta@example.com',
      'a@localhost',
      '@example.com',
      'a@[127.0.0.1]',
    ];
    expect(refused.filter((address) => sendableAddress(address) !== undefined)).toEqual([]);
  });

  it('never lets a name, a subject or a link add a header or a recipient', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (name, subject, to, link) => {
        const result = sesRequest(
          { ...mail, from: { ...mail.from, name }, subject, to, unsubscribeUrl: link },
          config,
        );
        if ('fault' in result) return;
        const { FromEmailAddress, Destination, Content } = result.request;
        for (const line of [FromEmailAddress, Content?.Simple?.Subject?.Data])
          expect(line).not.toMatch(/[\r\n]/);
        expect(Destination?.ToAddresses).toHaveLength(1);
      }),
    );
  });

  it('writes a name in ASCII that reads as the same name again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), (name) => {
        const encoded = encodedName(name);
        expect(encoded).toMatch(/^[\x20-\x7e]*$/);
        const words = encoded.split(' ').filter((word) => word.startsWith('=?'));
        expect(Math.max(0, ...words.map((word) => word.length))).toBeLessThanOrEqual(75);
        const decoded = encoded.startsWith('"')
          ? encoded.slice(1, -1).replace(/\\(.)/g, '$1')
          : encoded
              .split(' ')
              .map((word) => Buffer.from(word.slice(10, -2), 'base64').toString())
              .join('');
        expect(decoded).toBe(name.replace(/\p{Cc}+/gu, ' ').trim());
      }),
    );
  });
});
