/** Names of the functions' environment variables: infra writes them, runtime/env.ts reads them. */
export const ENV = {
  stage: 'PERENNIAL_STAGE',
  logTable: 'PERENNIAL_LOG_TABLE',
  stateTable: 'PERENNIAL_STATE_TABLE',
  bus: 'PERENNIAL_BUS',
  factsQueue: 'PERENNIAL_FACTS_QUEUE_URL',
  browseQueue: 'PERENNIAL_BROWSE_QUEUE_URL',
  wakeQueue: 'PERENNIAL_WAKE_QUEUE_URL',
  deliverQueue: 'PERENNIAL_DELIVER_QUEUE_URL',
  inboundQueue: 'PERENNIAL_INBOUND_QUEUE_URL',
  /** Comma-separated pairs `dlqUrl=queueUrl` for sweep's redrive (URL-encoded). */
  deadLetterQueues: 'PERENNIAL_DEAD_LETTER_QUEUES',
  configurationSet: 'PERENNIAL_CONFIGURATION_SET',
  sesTenant: 'PERENNIAL_SES_TENANT',
  /** https origin of all links, no trailing slash. */
  linkOrigin: 'PERENNIAL_LINK_ORIGIN',
  /** One secret of at least 32 characters; link keys and write keys are derived from it. */
  secret: 'PERENNIAL_SECRET',
  /** Accepted besides `secret` while it is rotated. */
  previousSecret: 'PERENNIAL_PREVIOUS_SECRET',
  /** Secrets of webhooks, by maker; a maker without one is answered 404. */
  shopifySecret: 'PERENNIAL_SHOPIFY_SECRET',
  shopifyPreviousSecret: 'PERENNIAL_SHOPIFY_PREVIOUS_SECRET',
  woocommerceSecret: 'PERENNIAL_WOOCOMMERCE_SECRET',
  woocommercePreviousSecret: 'PERENNIAL_WOOCOMMERCE_PREVIOUS_SECRET',
  stripeSecret: 'PERENNIAL_STRIPE_SECRET',
  stripePreviousSecret: 'PERENNIAL_STRIPE_PREVIOUS_SECRET',
  /** Comma-separated addresses that a non-prod stage may mail; empty: nobody. `*` locally. */
  allowList: 'PERENNIAL_ALLOW_LIST',
  /** Mails a second that this account may send, shared by DELIVER_CONCURRENCY claims. */
  sendRate: 'PERENNIAL_SEND_RATE',
  dailyCeilingStart: 'PERENNIAL_DAILY_CEILING_START',
  /** The shop's currency (ISO 4217): ingest and inbound take it for amounts that name none. */
  currency: 'PERENNIAL_CURRENCY',
  /**
   * Seconds between two looks for a new release; unset: half a minute. For a clock that jumps: between two
   * calls of the local run hours go by, and each would look.
   */
  releaseLookSeconds: 'PERENNIAL_RELEASE_LOOK_SECONDS',
} as const;

/** Copies of `deliver` at most: each claims at its share of the send rate. */
export const DELIVER_CONCURRENCY = 2;

/** Files that the build puts beside the bundles which need them: journeys and settings; */
export const RELEASE_FILE = 'release.json';
/** the compiled mails, for whoever sends or publishes them; */
export const TEMPLATES_FILE = 'templates.json';
/** and the source files, for who publishes them. */
export const SOURCES_FILE = 'sources.json';

/** Deployed functions: `handlers/<name>.lambda.ts` -> bundle `<name>`. */
export const FUNCTIONS = [
  'ingest', // HTTP API -> log
  'hooks', // HTTP API: webhooks of shops and payment services -> log
  'inbound', // queue: events put on the bus by others, and SES events -> log, ledger, gate
  'publish', // streams of both tables -> bus, deliver queue
  'react', // queues facts, browse, wakes -> decide -> commit
  'wake', // every minute: due customers -> wake queue
  'deliver', // queue: ledger rows -> SES
  'sweep', // every five minutes: what a queue or stream lost; dead letters; closure figures
  'pages', // HTTP API: unsubscribe, survey
  'gather', // stream of the log: orders -> what learn needs of them
  'learn', // each night: cells, gathered orders -> models
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
