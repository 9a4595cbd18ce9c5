/** What a stage needs before it can mail, checked one by one. Pure but for its ports. */
import type { Pointer } from '../../functions/app/models.ts';
import type { SourceFiles } from '../../functions/contract/publishing.ts';
import type { Instant } from '../../functions/contract/time.ts';
import type { StageConfig } from '../../infra/stage-config.ts';
import { mailFromDomain, mailName, type Stage, stackName } from '../../infra/stage-config.ts';
import { modelChecks } from './models.ts';
import { type Published, releaseChecks } from './releases.ts';
import { requestChecks, type WebhookPorts, webhookChecks } from './webhooks.ts';

/** `todo` for what stops mail, `hint` for what only should be better. */
export type Check = { what: string; state: 'ok' | 'hint' | 'todo'; found: string; act?: string };

export type Identity = {
  verified: boolean;
  dkimStatus: string;
  dkimTokens: readonly string[];
  /** Zone of the DKIM records' targets; differs in newer regions. */
  dkimZone: string;
  mailFromStatus: string;
};

export type Account = {
  production: boolean;
  sendingEnabled: boolean;
  /** HEALTHY, PROBATION or SHUTDOWN. */
  enforcement: string;
  perDay: number;
  perSecond: number;
};

/** Each answers `undefined` where the thing does not exist; anything else throws. */
export type DoctorPorts = {
  region: string | undefined;
  dns: {
    cname(name: string): Promise<string[]>;
    mx(name: string): Promise<string[]>;
    txt(name: string): Promise<string[]>;
  };
  ses: {
    identity(domain: string): Promise<Identity | undefined>;
    account(): Promise<Account | undefined>;
    hasConfigurationSet(name: string): Promise<boolean>;
  };
  stacks: { outputs(name: string): Promise<Record<string, string> | undefined> };
  secret: { exists(stage: Stage, version: number): Promise<boolean> };
  webhooks: WebhookPorts;
  models: { pointer(stateTable: string): Promise<Pointer> };
  releases: {
    current(stateTable: string): Promise<Published | undefined>;
    /** The files that would be deployed from here. */
    folder(): SourceFiles;
  };
  now(): Instant;
};

export type Patient = { stage: Stage; config: StageConfig };

const ok = (what: string, found: string): Check => ({ what, state: 'ok', found });
const todo = (what: string, found: string, act: string): Check => ({
  what,
  state: 'todo',
  found,
  act,
});
const hint = (what: string, found: string, act: string): Check => ({
  what,
  state: 'hint',
  found,
  act,
});

/** All checks in the order in which one would mend them. One that cannot be made says so and ends nothing. */
export async function examine(ports: DoctorPorts, patient: Patient): Promise<Check[]> {
  const groups: [string, () => Promise<Check[]>][] = [
    ['region', async () => [region(ports, patient)]],
    ['secret', () => secret(ports, patient)],
    ['webhooks', () => webhookChecks(ports.webhooks, patient)],
    ['stacks', () => stacks(ports, patient)],
    ['SES account', () => account(ports, patient)],
    ['SES identity', () => identity(ports, patient)],
    ['DMARC', () => dmarc(ports, patient)],
    ['links', () => links(ports, patient)],
    ['models', () => models(ports, patient)],
    ['journeys and mails', () => releases(ports, patient)],
    ['requests in people’s names', () => requests(ports, patient)],
    ['recipients', async () => recipients(patient)],
  ];
  const checks: Check[] = [];
  for (const [what, check] of groups) {
    try {
      checks.push(...(await check()));
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown error';
      checks.push(todo(what, `could not be asked (${name})`, 'check credentials and network'));
    }
  }
  return checks;
}

function region({ region: got }: DoctorPorts, { config }: Patient): Check {
  const wanted = config.region;
  if (!got) return todo('region', 'none', 'set AWS_REGION, or region in infra/config.ts');
  if (wanted && wanted !== got) {
    return todo('region', got, `the stage lives in ${wanted}: set AWS_REGION to it`);
  }
  return ok('region', got);
}

async function secret({ secret: port }: DoctorPorts, { stage, config }: Patient) {
  const { version, previousVersion } = config.secret;
  const versions = [version, ...(previousVersion === undefined ? [] : [previousVersion])];
  return Promise.all(
    versions.map(async (one) =>
      (await port.exists(stage, one))
        ? ok(`secret, version ${one}`, 'there')
        : todo(
            `secret, version ${one}`,
            'missing',
            `npm run doctor -- --stage ${stage} --create-secret`,
          ),
    ),
  );
}

async function stacks({ stacks: port }: DoctorPorts, { stage }: Patient): Promise<Check[]> {
  return Promise.all(
    (['data', 'web', 'workflow'] as const).map(async (part) => {
      const name = stackName(stage, part);
      return (await port.outputs(name))
        ? ok(`stack ${name}`, 'deployed')
        : todo(`stack ${name}`, 'not deployed', `npx cdk deploy --all -c stage=${stage}`);
    }),
  );
}

async function account({ ses }: DoctorPorts, { config }: Patient): Promise<Check[]> {
  const got = await ses.account();
  if (!got) return [todo('SES account', 'SES is unknown here', 'choose a region that has SES')];
  const checks: Check[] = [
    got.production
      ? ok('SES sandbox', 'left')
      : todo(
          'SES sandbox',
          'inside: only verified addresses get mail, 200 a day',
          'SES console, Account dashboard, Request production access (docs/deploy.md)',
        ),
    got.sendingEnabled && got.enforcement === 'HEALTHY'
      ? ok('SES sending', 'enabled, healthy')
      : todo(
          'SES sending',
          `enabled ${got.sendingEnabled}, ${got.enforcement}`,
          'SES console, Account dashboard: read what AWS wants and answer it',
        ),
  ];
  const { sendRate, dailyCeilingStart } = config.mail;
  checks.push(
    got.perSecond >= sendRate
      ? ok('SES send rate', `${got.perSecond} a second, ${sendRate} used`)
      : todo('SES send rate', `${got.perSecond} a second`, `set mail.sendRate to ${got.perSecond}`),
    got.perDay < 0 || got.perDay >= dailyCeilingStart
      ? ok('SES daily quota', got.perDay < 0 ? 'unlimited' : `${got.perDay} a day`)
      : hint('SES daily quota', `${got.perDay} a day`, 'ask for more before the ceiling grows'),
  );
  return checks;
}

async function identity(ports: DoctorPorts, patient: Patient): Promise<Check[]> {
  const { domain } = patient.config.mail;
  const set = mailName(patient.stage);
  const [got, hasSet] = await Promise.all([
    ports.ses.identity(domain),
    ports.ses.hasConfigurationSet(set),
  ]);
  if (!got) {
    const act = `npx cdk deploy --all -c stage=${patient.stage}`;
    return [todo(`SES identity ${domain}`, 'missing', act)];
  }
  return [
    hasSet ? ok('configuration set', set) : todo('configuration set', 'missing', 'deploy again'),
    got.verified
      ? ok(`SES identity ${domain}`, 'verified')
      : todo(`SES identity ${domain}`, got.dkimStatus, 'publish the DKIM records below, then wait'),
    ...(await dkim(ports, domain, got)),
    ...(await mailFrom(ports, domain, got)),
  ];
}

async function dkim({ dns }: DoctorPorts, domain: string, got: Identity): Promise<Check[]> {
  return Promise.all(
    got.dkimTokens.map(async (token) => {
      const name = `${token}._domainkey.${domain}`;
      const target = `${token}.${got.dkimZone}`;
      const found = await dns.cname(name);
      return same(found, target)
        ? ok(`DNS ${name}`, target)
        : todo(`DNS ${name}`, found.join(' ') || 'missing', `add: ${name} CNAME ${target}`);
    }),
  );
}

async function mailFrom(ports: DoctorPorts, domain: string, got: Identity): Promise<Check[]> {
  const name = mailFromDomain(domain);
  const host = `feedback-smtp.${ports.region}.amazonses.com`;
  const [mx, txt] = await Promise.all([ports.dns.mx(name), ports.dns.txt(name)]);
  const spf = txt.find((text) => text.startsWith('v=spf1'));
  const wanted = 'v=spf1 include:amazonses.com ~all';
  return [
    same(mx, host)
      ? ok(`DNS ${name} MX`, host)
      : todo(`DNS ${name} MX`, mx.join(' ') || 'missing', `add: ${name} MX 10 ${host}`),
    spf?.includes('include:amazonses.com')
      ? ok(`DNS ${name} TXT`, spf)
      : todo(`DNS ${name} TXT`, spf ?? 'missing', `add: ${name} TXT "${wanted}"`),
    got.mailFromStatus === 'SUCCESS'
      ? ok('MAIL FROM', 'in use')
      : hint('MAIL FROM', got.mailFromStatus, 'SES looks again by itself within 72 hours'),
  ];
}

/** The record of the domain itself or of one above it: mail readers climb the same way. */
async function dmarc({ dns }: DoctorPorts, { config }: Patient): Promise<Check[]> {
  const labels = config.mail.domain.split('.');
  for (let from = 0; from <= labels.length - 2; from += 1) {
    const name = `_dmarc.${labels.slice(from).join('.')}`;
    const record = (await dns.txt(name)).find((text) => /^v=DMARC1\b/i.test(text));
    if (!record) continue;
    return /\bp\s*=\s*none\b/i.test(record)
      ? [hint(`DNS ${name}`, record, 'after some weeks of clean reports: p=quarantine')]
      : [ok(`DNS ${name}`, record)];
  }
  const name = `_dmarc.${config.mail.domain}`;
  const act = `add: ${name} TXT "v=DMARC1; p=none; rua=mailto:dmarc@${config.mail.domain}"`;
  return [todo(`DNS ${name}`, 'missing; Gmail and Yahoo refuse bulk mail without it', act)];
}

async function links(ports: DoctorPorts, { stage, config }: Patient): Promise<Check[]> {
  const { host } = config.links;
  const outputs = await ports.stacks.outputs(stackName(stage, 'web'));
  if (!host) {
    return [hint('link host', outputs?.Origin ?? 'execute-api', 'prod needs links.host')];
  }
  const target = outputs?.CnameTarget;
  if (!target) return [hint(`DNS ${host}`, 'not known yet', 'deploy, then ask again')];
  const found = await ports.dns.cname(host);
  return [
    same(found, target)
      ? ok(`DNS ${host}`, target)
      : todo(`DNS ${host}`, found.join(' ') || 'missing', `add: ${host} CNAME ${target}`),
  ];
}

function recipients({ stage, config }: Patient): Check[] {
  const { allowList } = config.mail;
  const { modeCeiling } = config.settings;
  const mode =
    modeCeiling === 'live'
      ? ok('mode', 'live')
      : hint('mode', modeCeiling, 'nothing is sent; set modeCeiling when the reasons look right');
  if (allowList.includes('*')) return [ok('recipients', 'everybody'), mode];
  return allowList.length > 0
    ? [ok('recipients', `${allowList.length} addresses of the allow-list`), mode]
    : [hint('recipients', 'nobody', `add your address to mail.allowList of ${stage}`), mode];
}

async function models(ports: DoctorPorts, { stage }: Patient): Promise<Check[]> {
  const outputs = await ports.stacks.outputs(stackName(stage, 'data'));
  const table = outputs?.StateTableName;
  return modelChecks(table ? await ports.models.pointer(table) : undefined, ports.now());
}

async function requests(ports: DoctorPorts, { stage }: Patient): Promise<Check[]> {
  const outputs = await ports.stacks.outputs(stackName(stage, 'data'));
  const table = outputs?.StateTableName;
  return requestChecks(table ? await ports.webhooks.requests(table) : [], ports.now());
}

async function releases(ports: DoctorPorts, { stage }: Patient): Promise<Check[]> {
  const outputs = await ports.stacks.outputs(stackName(stage, 'data'));
  const table = outputs?.StateTableName;
  if (!table) return [];
  return releaseChecks(stage, await ports.releases.current(table), ports.releases.folder());
}

const same = (found: readonly string[], wanted: string): boolean =>
  found.some((text) => text.toLowerCase().replace(/\.$/, '') === wanted.toLowerCase());
