import { describe, expect, it } from 'vitest';
import { LEGAL_BASES_WRITTEN } from '../../functions/contract/legal-bases.ts';
import { stages } from '../../infra/config.ts';
import { checkStage, type StageInput, stageOf } from '../../infra/stage-config.ts';
import { prodInput } from './stage.ts';

/** The example with one value replaced, by its path. */
function replaced(input: StageInput, path: string, value: unknown): StageInput {
  const copy = structuredClone(input) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() as string;
  let here = copy;
  for (const name of names) {
    here[name] ??= {};
    here = here[name] as Record<string, unknown>;
  }
  if (value === undefined) delete here[last];
  else here[last] = value;
  return copy as StageInput;
}

describe("a stage's values", () => {
  it('synthesise in dev as a fresh clone brings them', () => {
    const config = checkStage('dev', stages.dev);
    expect(config.settings.quietHours).toEqual({ start: '20:00', end: '08:00' });
    expect(config.mail).toMatchObject({ dailyCeilingStart: 200, allowList: [], sendRate: 1 });
  });

  it('are taken in prod when a shop has written its own', () => {
    expect(checkStage('prod', prodInput()).settings.modeCeiling).toBe('shadow');
  });

  it('of an unknown stage name the known ones', () => {
    expect(() => stageOf('staging')).toThrow(/got this stage, wanted dev, prod/);
    expect(stageOf(undefined)).toBe('dev');
  });

  it.each([
    ['a missing sender address', 'settings.sender.from', undefined, /sender\.from/],
    ['a sender that is no address', 'settings.sender.from', 'shop', /sender\.from/],
    ['a missing shop zone', 'settings.shop.zone', undefined, /shop\.zone: .*IANA|shop\.zone/],
    [
      'an unknown shop zone',
      'settings.shop.zone',
      'Vilnius',
      /shop\.zone: wanted an IANA time zone/,
    ],
    ['an empty reply-to', 'settings.sender.replyTo', '', /sender\.replyTo/],
    ['a sender outside the mail domain', 'settings.sender.from', 'a@other.lt', /DMARC would fail/],
    ['a host without a certificate', 'links', { host: 'a.shop.lt' }, /go together/],
    ['an unknown setting', 'settings.sender.form', 'x', /form/],
    ['a retention that CloudWatch does not know', 'logRetentionDays', 8, /wanted one of 1, 3/],
    ['mails to everybody from dev', 'mail.allowList', ['*'], /only prod mails everybody/],
    ['the same secret twice', 'secret', { version: 2, previousVersion: 2 }, /previousVersion/],
  ])('are refused in dev: %s', (_what, path, value, message) => {
    expect(() => checkStage('dev', replaced(stages.dev, path, value))).toThrow(message);
  });

  it.each([
    ['no-reply@amber.lt'],
    ['noreply@amber.lt'],
    ['do_not_reply@amber.lt'],
    ['DoNotReply@amber.lt'],
    ['never-reply@amber.lt'],
  ])('are refused in prod: the sender or reply-to %s', (address) => {
    const from = replaced(prodInput(), 'settings.sender.from', address);
    expect(() => checkStage('prod', from)).toThrow(/sender\.from: got a no-reply address/);
    const replyTo = replaced(prodInput(), 'settings.sender.replyTo', address);
    expect(() => checkStage('prod', replyTo)).toThrow(/sender\.replyTo: got a no-reply address/);
  });

  it.each([
    ['links on the execute-api host', 'links', {}, /got an execute-api host/],
    ['an empty reply-to', 'settings.sender.replyTo', '', /sender\.replyTo/],
    ['consent taken as given', 'settings.assumeConsent', true, /assumeConsent/],
    ["the example's link host", 'links.host', 'mail.shop.example.com', /the example's domain/],
    ['a first deployment that sends', 'settings.modeCeiling', 'live', /without goLiveAt/],
    ['no mode ceiling, which means live', 'settings.modeCeiling', undefined, /without goLiveAt/],
  ])('are refused in prod: %s', (_what, path, value, message) => {
    expect(() => checkStage('prod', replaced(prodInput(), path, value))).toThrow(message);
  });

  it('may go live once the shop says from when', () => {
    const live = replaced(prodInput(), 'settings.modeCeiling', 'live');
    const dated = replaced(live, 'settings.goLiveAt', '2026-12-01T08:00:00Z');
    const whole = replaced(dated, 'settings.legalBasesConfirmed', LEGAL_BASES_WRITTEN);
    expect(checkStage('prod', whole).settings.modeCeiling).toBe('live');
  });

  it('mail nobody in prod before the shop confirmed the legal bases, or after a row was renewed', () => {
    const live = replaced(prodInput(), 'settings.modeCeiling', 'live');
    const dated = replaced(live, 'settings.goLiveAt', '2026-12-01T08:00:00Z');
    expect(() => checkStage('prod', dated)).toThrow(/legalBasesConfirmed: got none, wanted 20/);
    const old = replaced(dated, 'settings.legalBasesConfirmed', '2020-01-01');
    expect(() => checkStage('prod', old)).toThrow(/legalBasesConfirmed: got 2020-01-01/);
  });

  it('are refused all at once, so that one synth tells everything', () => {
    const input = replaced(prodInput(), 'settings.sender.from', 'no-reply@shop.example.com');
    expect(() => checkStage('prod', input)).toThrow(/DMARC[\s\S]*no-reply[\s\S]*example's domain/);
  });

  it('of the example itself never reach production', () => {
    expect(() => checkStage('prod', stages.prod)).toThrow(/the example's domain/);
  });
});
