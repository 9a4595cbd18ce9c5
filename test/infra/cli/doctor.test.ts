import { describe, expect, it } from 'vitest';
import { type DoctorPorts, examine, type Patient } from '../../../cli/doctor/checks.ts';
import { report, verdict } from '../../../cli/doctor/report.ts';
import type { Pointer } from '../../../functions/app/models.ts';
import type { Publication } from '../../../functions/contract/publishing.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { stages } from '../../../infra/config.ts';
import { checkStage } from '../../../infra/stage-config.ts';
import { thanks } from '../../builders/releases.ts';
import { prodInput } from '../stage.ts';

const prod: Patient = { stage: 'prod', config: checkStage('prod', prodInput()) };
const dev: Patient = { stage: 'dev', config: checkStage('dev', stages.dev) };

const records: { [name: string]: string[] } = {
  'a._domainkey.amber.lt': ['a.dkim.amazonses.com'],
  'b._domainkey.amber.lt': ['B.dkim.amazonses.com.'],
  'MX bounce.amber.lt': ['feedback-smtp.eu-central-1.amazonses.com'],
  'bounce.amber.lt': ['v=spf1 include:amazonses.com ~all'],
  '_dmarc.amber.lt': ['v=DMARC1; p=quarantine'],
  'mail.amber.lt': ['d-1.execute-api.eu-central-1.amazonaws.com'],
};

const NOW = Date.UTC(2026, 5, 10, 9);
const pointer: Pointer = {
  version: 7,
  lookedAt: NOW - DAY_MS,
  manifests: [{ id: 'm', from: NOW, publishedAt: NOW - 4 * DAY_MS, model: ['a'], tables: [] }],
};

const FILES = { 'thanks/journey.yaml': 'a', 'thanks/thank-you.txt': 'b' };
const { content: _, steps: __, ...told } = thanks('release', NOW - DAY_MS);
const publication: Publication = {
  ...told,
  version: 7,
  contents: { head: ['h'], templates: {}, files: ['f'] },
};

/** Everything is as it should be; tests take away what they are about. */
function healthy(dnsRecords = records): DoctorPorts {
  return {
    region: 'eu-central-1',
    dns: {
      cname: async (name) => dnsRecords[name] ?? [],
      mx: async (name) => dnsRecords[`MX ${name}`] ?? [],
      txt: async (name) => dnsRecords[name] ?? [],
    },
    ses: {
      identity: async () => ({
        verified: true,
        dkimStatus: 'SUCCESS',
        dkimTokens: ['a', 'b'],
        dkimZone: 'dkim.amazonses.com',
        mailFromStatus: 'SUCCESS',
      }),
      account: async () => ({
        production: true,
        sendingEnabled: true,
        enforcement: 'HEALTHY',
        perDay: 50_000,
        perSecond: 14,
      }),
      hasConfigurationSet: async () => true,
    },
    stacks: {
      outputs: async () => ({
        CnameTarget: 'd-1.execute-api.eu-central-1.amazonaws.com',
        StateTableName: 'state',
      }),
    },
    secret: { exists: async () => true },
    webhooks: { hasSecret: async () => true, requests: async () => [] },
    models: { pointer: async () => pointer },
    releases: {
      current: async () => ({ publication, files: FILES }),
      folder: () => FILES,
    },
    now: () => NOW,
  };
}

const missing = async (ports: DoctorPorts, patient = prod) =>
  (await examine(ports, patient)).filter(({ state }) => state === 'todo');

describe('the doctor', () => {
  it('finds nothing missing where everything is there', async () => {
    const checks = await examine(healthy(), prod);
    expect(checks.filter(({ state }) => state === 'todo')).toEqual([]);
    expect(verdict(checks)).toBe('Ready: this stage can mail.');
  });

  it('names each DNS record that is missing, ready to copy', async () => {
    const acts = (await missing(healthy({}))).map(({ act }) => act);
    expect(acts).toEqual([
      'add: a._domainkey.amber.lt CNAME a.dkim.amazonses.com',
      'add: b._domainkey.amber.lt CNAME b.dkim.amazonses.com',
      'add: bounce.amber.lt MX 10 feedback-smtp.eu-central-1.amazonses.com',
      'add: bounce.amber.lt TXT "v=spf1 include:amazonses.com ~all"',
      'add: _dmarc.amber.lt TXT "v=DMARC1; p=none; rua=mailto:dmarc@amber.lt"',
      'add: mail.amber.lt CNAME d-1.execute-api.eu-central-1.amazonaws.com',
    ]);
  });

  it('takes the DMARC record of a domain above, and hints at one that asks for nothing', async () => {
    const above = { ...records, '_dmarc.shop.example.com': ['v=DMARC1; p=none'] };
    const checks = await examine(healthy(above), dev);
    expect(checks.find(({ what }) => what.includes('_dmarc'))).toMatchObject({
      what: 'DNS _dmarc.shop.example.com',
      state: 'hint',
    });
  });

  it('sees the sandbox, a paused account and a send rate that the account does not have', async () => {
    const ports = healthy();
    ports.ses.account = async () => ({
      production: false,
      sendingEnabled: false,
      enforcement: 'SHUTDOWN',
      perDay: 200,
      perSecond: 1,
    });
    const whats = (await missing(ports)).map(({ what }) => what);
    expect(whats).toEqual(['SES sandbox', 'SES sending', 'SES send rate']);
  });

  it('names each secret of a webhook that the configuration wants and nobody has stored', async () => {
    const ports = healthy();
    ports.webhooks.hasSecret = async (parameter, version) =>
      parameter === '/perennial/prod/webhooks/stripe' && version === 1;
    const webhooks = { shopify: {}, stripe: { version: 2, previousVersion: 1 } };
    const config = checkStage('prod', { ...prodInput(), webhooks });
    const found = await missing(ports, { stage: 'prod', config });
    expect(found.map(({ what }) => what)).toEqual([
      'webhooks of shopify, version 1',
      'webhooks of stripe, version 2',
    ]);
    expect(found[0]?.act).toContain('--name /perennial/prod/webhooks/shopify');
  });

  it('tells what was asked in people’s names, and how long there is, without stopping the mail', async () => {
    const ports = healthy();
    const told = async (...days: number[]) => {
      ports.webhooks.requests = async () => days.map((day) => NOW - day * DAY_MS);
      const checks = await examine(ports, prod);
      expect(verdict(checks)).toBe('Ready: this stage can mail.');
      return checks.find(({ what }) => what.startsWith('requests'))?.found;
    };
    expect(await told()).toBeUndefined();
    expect(await told(12, 3)).toBe('2 waiting; of the oldest, 18 days left');
    expect(await told(33)).toBe('1 waiting; of the oldest, 3 days overdue');
  });

  it('tells a first deployment apart: secret, stacks and identity are made in this order', async () => {
    const ports = healthy();
    ports.secret.exists = async () => false;
    ports.stacks.outputs = async () => undefined;
    ports.ses.identity = async () => undefined;
    const found = await missing(ports, dev);
    expect(found.map(({ what }) => what)).toEqual([
      'secret, version 1',
      'stack perennial-dev-data',
      'stack perennial-dev-web',
      'stack perennial-dev-workflow',
      'SES identity dev.shop.example.com',
      'DNS _dmarc.dev.shop.example.com',
    ]);
    expect(found[0]?.act).toBe('npm run doctor -- --stage dev --create-secret');
  });

  it('sees a region that is not the stage’s', async () => {
    const patient = { ...prod, config: { ...prod.config, region: 'eu-west-1' } };
    expect((await missing(healthy(), patient))[0]).toMatchObject({ what: 'region' });
    expect((await missing({ ...healthy(), region: undefined }))[0]?.found).toBe('none');
  });

  it('sees that the nights of learning do not come through, which stops no mail', async () => {
    const ports = healthy();
    const modelsOf = async (now: number, stored: Pointer = pointer) => {
      const asked = { ...ports, now: () => now, models: { pointer: async () => stored } };
      return (await examine(asked, prod)).find(({ what }) => what === 'models');
    };
    expect(await modelsOf(NOW)).toMatchObject({
      state: 'ok',
      found: 'published 2026-06-06, looked at 2026-06-09',
    });
    expect(await modelsOf(NOW + 2 * DAY_MS)).toMatchObject({ state: 'ok' });
    expect(await modelsOf(NOW + 2 * DAY_MS + 1)).toMatchObject({
      state: 'hint',
      found: 'learn has not come through for 3 days; predictions are as old',
    });
    expect(await modelsOf(NOW, { version: 0, manifests: [] })).toMatchObject({
      state: 'hint',
      found: 'no night of learning yet',
    });
  });

  it('says whether what is published is what lies in the folder', async () => {
    const ports = healthy();
    const check = async (releases: Partial<DoctorPorts['releases']>) => {
      const asked = { ...ports, releases: { ...ports.releases, ...releases } };
      const found = await examine(asked, prod);
      return found.find(({ what }) => what === 'journeys and mails');
    };
    expect(await check({})).toMatchObject({
      state: 'ok',
      found: 'version 7 of 2026-06-09, by Ada',
    });
    const folder = () => ({ 'thanks/journey.yaml': 'a', 'thanks/thank-you.txt': 'edited', c: '' });
    expect(await check({ folder })).toMatchObject({
      state: 'hint',
      found: expect.stringContaining('2 files of templates/ differ from it'),
      act: expect.stringContaining('npm run pull -- --stage prod'),
    });
    expect(await check({ current: async () => undefined })).toMatchObject({
      state: 'hint',
      found: 'nothing published yet',
    });
    // What was published without its files cannot be compared.
    const bare = async () => ({ publication, files: undefined });
    expect(await check({ current: bare, folder })).toMatchObject({ state: 'ok' });
  });

  it('says what it could not ask, and asks the rest', async () => {
    const ports = healthy();
    ports.ses.account = async () => {
      throw new Error('no network');
    };
    const checks = await examine(ports, prod);
    expect(checks.find(({ what }) => what === 'SES account')?.found).toMatch(/could not be asked/);
    expect(checks.at(-1)).toMatchObject({ what: 'mode', state: 'hint', found: 'shadow' });
  });

  it('writes one line a check, and what to do under it', async () => {
    const text = report(await missing(healthy({ ...records, 'mail.amber.lt': [] })));
    expect(text).toBe(
      'MISSING DNS mail.amber.lt: missing\n' +
        '        -> add: mail.amber.lt CNAME d-1.execute-api.eu-central-1.amazonaws.com',
    );
  });
});
