/** What a stage can set, checked by zod, and what a production stage refuses. Values: `infra/config.ts`. */
import * as z from 'zod';
import { LEGAL_BASES_WRITTEN } from '../functions/contract/legal-bases.ts';
import { settingsSchema } from '../functions/contract/settings.ts';
import { type Maker, MAKERS } from '../functions/contract/webhooks.ts';

export const STAGES = ['dev', 'prod'] as const;
export type Stage = (typeof STAGES)[number];

/** CloudFormation's name of a stage's stack. */
export const stackName = (stage: Stage, part: 'data' | 'web' | 'workflow'): string =>
  `perennial-${stage}-${part}`;

/** The SES configuration set (and tenant) of a stage. */
export const mailName = (stage: Stage): string => `perennial-${stage}`;

/** The envelope's domain: bounces come back to it. */
export const mailFromDomain = (domain: string): string => `bounce.${domain}`;

/** The SSM parameter that holds a stage's secret; `config.secret.version` says which version. */
export const secretParameter = (stage: Stage): string => `/perennial/${stage}/secret`;

/** The SSM parameter that holds the secret of a maker's webhooks. */
export const webhookParameter = (stage: Stage, maker: Maker): string =>
  `/perennial/${stage}/webhooks/${maker}`;

/** Which versions of a parameter are in use. */
const versions = z.strictObject({
  version: z.number().int().min(1).default(1),
  /** The version before, accepted while the maker moves to the new one. */
  previousVersion: z.number().int().min(1).optional(),
});

/** Retentions that CloudWatch Logs knows, in days. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;
const CERTIFICATE = /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/;
const hostname = z
  .string()
  .regex(/^(?!-)([a-z0-9-]+\.)+[a-z]{2,}$/, 'wanted a host name in lower case such as shop.com');

export const stageSchema = z.strictObject({
  /** Missing: the region of the credentials that deploy. */
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  settings: settingsSchema,
  mail: z.strictObject({
    /** Becomes an SES identity: DKIM records and `bounce.<domain>` go into its DNS. */
    domain: hostname,
    /** An SES tenant holds the reputation of this system apart from the shop's other mail. */
    tenant: z.boolean().default(true),
    /** What SES allows this account a second; a new account has 14, the sandbox 1. */
    sendRate: z.number().int().min(1).max(1000).default(1),
    /** Mails on the first day; the ceiling grows while bounces and complaints stay low. */
    dailyCeilingStart: z.number().int().min(1).default(200),
    /** Only these addresses are mailed; empty: nobody; `['*']`: everybody. */
    allowList: z.array(z.union([z.email(), z.literal('*')])).default([]),
  }),
  links: z
    .strictObject({
      /** Host of all links in mails. Missing: the API's own `execute-api` host, in dev only. */
      host: hostname.optional(),
      /** A certificate of ACM for `host`, in the same region. */
      certificateArn: z.string().regex(CERTIFICATE).optional(),
    })
    .prefault({}),
  secret: z
    .strictObject({
      /** Version of the SSM parameter `/perennial/<stage>/secret`. */
      version: z.number().int().min(1).default(1),
      /** The version before, accepted while links of sent mails still carry it (90 days). */
      previousVersion: z.number().int().min(1).optional(),
    })
    .prefault({}),
  /** Makers whose webhooks are taken, each with the version of its parameter (docs/sources.md). */
  webhooks: z
    .strictObject({
      shopify: versions.optional(),
      woocommerce: versions.optional(),
      stripe: versions.optional(),
      /** The bus of Shopify's partner source, `aws.partner/shopify.com/<app>/<name>`, once associated. */
      shopifyBus: z
        .string()
        .regex(/^aws\.partner\/shopify\.com\/\d+\/[\w./-]+$/)
        .optional(),
    })
    .prefault({}),
  logRetentionDays: z
    .number()
    .refine((days) => (RETENTION_DAYS as readonly number[]).includes(days), {
      error: `wanted one of ${RETENTION_DAYS.join(', ')}`,
    })
    .default(30),
  /** Alarms are mailed here. */
  alarmEmail: z.email().optional(),
});
export type StageConfig = z.infer<typeof stageSchema>;
export type StageInput = z.input<typeof stageSchema>;

/** Synth stops with this: everything that is wrong at once, each with what was got and wanted. */
export class ConfigRefused extends Error {
  readonly code = 'config-refused';
  readonly problems: readonly string[];
  constructor(stage: string, problems: readonly string[]) {
    super(`infra/config.ts, stage ${stage}:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reserved by RFC 2606: the values a fresh clone comes with. */
const EXAMPLE = /(^|\.)(example|test|invalid|localhost)$|(^|\.)example\.(com|net|org)$/;
const NO_REPLY = /^(no|donot|dont|never)reply/i;
const refusesReplies = (address: string): boolean => NO_REPLY.test(address.replace(/[._-]/g, ''));
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The stage of a name from the command line; unknown ones are refused with the known ones. */
export function stageOf(name: string | undefined): Stage {
  const stage = STAGES.find((known) => known === (name ?? 'dev'));
  if (!stage)
    throw new ConfigRefused(String(name), [`got this stage, wanted ${STAGES.join(', ')}`]);
  return stage;
}

/** Parses and judges one stage's values. Throws ConfigRefused with every problem. */
export function checkStage(stage: Stage, input: unknown): StageConfig {
  const parsed = stageSchema.safeParse(input);
  if (!parsed.success) {
    throw new ConfigRefused(
      stage,
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const problems = [
    ...alwaysWrong(parsed.data),
    ...(stage === 'prod' ? wrongInProd(parsed.data) : wrongOutsideProd(parsed.data)),
  ];
  if (problems.length > 0) throw new ConfigRefused(stage, problems);
  return parsed.data;
}

function alwaysWrong({ settings, mail, links, secret, webhooks }: StageConfig): string[] {
  const problems: string[] = [];
  const from = domainOf(settings.sender.from);
  if (from !== mail.domain && !from.endsWith(`.${mail.domain}`)) {
    problems.push(
      `settings.sender.from: its domain ${from} is not mail.domain ${mail.domain}; ` +
        'SES signs only for that one (DMARC would fail)',
    );
  }
  if ((links.host === undefined) !== (links.certificateArn === undefined)) {
    problems.push('links: host and certificateArn go together; got only one of them');
  }
  if (secret.previousVersion === secret.version) {
    problems.push('secret.previousVersion: got the same as version; leave it out or use the older');
  }
  for (const maker of MAKERS) {
    const used = webhooks[maker];
    if (used && used.previousVersion === used.version) {
      problems.push(`webhooks.${maker}.previousVersion: got the same as version; use the older`);
    }
  }
  return problems;
}

function wrongInProd({ settings, mail, links }: StageConfig): string[] {
  const problems: string[] = [];
  const addresses = { from: settings.sender.from, replyTo: settings.sender.replyTo };
  for (const [name, address] of Object.entries(addresses)) {
    if (refusesReplies(address)) {
      problems.push(
        `settings.sender.${name}: got a no-reply address; customers answer mails, ` +
          'so name a mailbox that somebody reads',
      );
    }
    if (EXAMPLE.test(domainOf(address))) {
      problems.push(`settings.sender.${name}: got the example's domain, wanted the shop's own`);
    }
  }
  if (EXAMPLE.test(mail.domain)) {
    problems.push("mail.domain: got the example's domain, wanted the shop's own");
  }
  if (links.host === undefined || links.host.includes('execute-api')) {
    problems.push(
      'links.host: got an execute-api host; mail filters distrust it and it dies with the stack. ' +
        "Wanted a host of the shop's, such as mail.shop.com, with certificateArn",
    );
  } else if (EXAMPLE.test(links.host)) {
    problems.push("links.host: got the example's domain, wanted the shop's own");
  }
  if (settings.modeCeiling === 'live' && settings.goLiveAt === undefined) {
    problems.push(
      "settings.modeCeiling: got 'live' without goLiveAt; the first deployment is 'shadow'. Read its " +
        'reasons, then set both: goLiveAt keeps older orders and carts from mailing all at once',
    );
  }
  const confirmed = settings.legalBasesConfirmed;
  if (settings.modeCeiling === 'live' && (confirmed ?? '') < LEGAL_BASES_WRITTEN) {
    problems.push(
      `settings.legalBasesConfirmed: got ${confirmed ?? 'none'}, wanted ${LEGAL_BASES_WRITTEN} or later; read ` +
        "functions/contract/legal-bases.ts for the shop's country and its customers', and write the day " +
        'on which somebody who answers for it confirmed the rows',
    );
  }
  if (settings.assumeConsent) {
    problems.push('settings.assumeConsent: only the local run may take consent as given');
  }
  return problems;
}

/** Dev is for few: its mails go to people who know that they test. */
function wrongOutsideProd({ mail }: StageConfig): string[] {
  return mail.allowList.includes('*')
    ? ["mail.allowList: got '*'; only prod mails everybody, dev needs named addresses"]
    : [];
}
