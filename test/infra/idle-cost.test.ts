import { describe, expect, it } from 'vitest';
import { idleCost, idleTable } from '../../infra/idle-cost.ts';
import { devTemplates, prodTemplates } from './stage.ts';

describe('a month in which nothing happens', () => {
  it.each([
    ['dev', devTemplates],
    ['prod', prodTemplates],
  ])('costs less than a dollar in %s', (_stage, templates) => {
    const { data, web, workflow } = templates();
    const lines = idleCost([data, web, workflow].map((template) => template.toJSON()));
    console.log(idleTable(lines));
    expect(lines.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThan(1);
  });

  it('counts a queue that a function polls, a secret, a key and an eleventh alarm', () => {
    const resource = (Type: string, Properties = {}) => ({ Type, Properties });
    const alarms = Array.from({ length: 11 }, (_, n) => [
      `a${n}`,
      resource('AWS::CloudWatch::Alarm'),
    ]);
    const lines = idleCost([
      {
        Resources: {
          ...Object.fromEntries(alarms),
          q: resource('AWS::Lambda::EventSourceMapping', { EventSourceArn: 'queue' }),
          s: resource('AWS::Lambda::EventSourceMapping', { StartingPosition: 'LATEST' }),
          secret: resource('AWS::SecretsManager::Secret'),
          key: resource('AWS::KMS::Key'),
          wake: resource('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' }),
          sweep: resource('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' }),
        },
      },
    ]);
    const usd = Object.fromEntries(lines.map((line) => [line.what, line.usd]));
    expect(usd).toMatchObject({ alarms: 0.1, secrets: 0.4, 'own KMS keys': 1 });
    const polls = lines.find(({ what }) => what.startsWith('requests'));
    expect(polls?.usdWithoutFreeTiers).toBeCloseTo(0.2628 + 0.0175 + 2 * 0.0035, 3);
  });
});
