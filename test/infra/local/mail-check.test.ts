import { describe, expect, it } from 'vitest';
import { checkMail, type SendEmail } from '../../../infra/local/mail/check.ts';

const account = {
  identities: new Set(['shop.example.com']),
  configurationSets: new Set(['perennial-dev']),
};
const good: SendEmail = {
  FromEmailAddress: 'Shop <hello@shop.example.com>',
  ConfigurationSetName: 'perennial-dev',
  Destination: { ToAddresses: ['ann@example.org'] },
  EmailTags: [{ Name: 'perennial-message', Value: 'Ab_-9' }],
  Content: { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'x' } }, Headers: [] } },
};
const withHeader = (name: string, value: string): SendEmail => ({
  ...good,
  Content: { Simple: { ...good.Content?.Simple, Headers: [{ Name: name, Value: value }] } },
});

describe('a mail that SES would refuse', () => {
  it('is refused on the laptop too', () => {
    expect(checkMail(good, account)).toMatchObject({ from: 'hello@shop.example.com' });
    const bad: [SendEmail, RegExp][] = [
      [{ ...good, FromEmailAddress: 'x@else.example' }, /not verified/],
      [{ ...good, ConfigurationSetName: 'other' }, /does not exist/],
      [{ ...good, Destination: { ToAddresses: [] } }, /Recipients/],
      [{ ...good, Destination: { ToAddresses: ['no address'] } }, /Illegal/],
      [{ ...good, EmailTags: [{ Name: 'a:b', Value: 'x' }] }, /Invalid tag/],
      [{ ...good, EmailTags: [{ Name: 'a', Value: 'ü' }] }, /Invalid tag/],
      [withHeader('List-Unsubscribe', `<https://x/${'y'.repeat(1000)}>`), /Invalid header/],
      [withHeader('X-Name', 'Rūta'), /Invalid header/],
    ];
    for (const [mail, message] of bad) expect(() => checkMail(mail, account)).toThrow(message);
  });
});
