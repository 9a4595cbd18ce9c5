/** List prices, us-east-1, USD, without free tiers. Look them up again before you decide on them. */
export const PRICES = {
  date: '2026-11-21',
  source: 'aws.amazon.com/{dynamodb,eventbridge,sqs,api-gateway,lambda,cloudwatch,ses}/pricing',
  /** On demand; a transaction consumes two units a kilobyte, and the counted units hold that already. */
  dynamoWriteUnit: 0.625 / 1e6,
  dynamoReadUnit: 0.125 / 1e6,
  /** A month. */
  storageGigabyte: 0.25,
  recoveryGigabyte: 0.2,
  /** Custom events, each started 64 KB. Events of AWS services (SES) are free. */
  busEvent: 1 / 1e6,
  queueRequest: 0.4 / 1e6,
  httpRequest: 1 / 1e6,
  /** arm64. */
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  logGigabyte: 0.5,
  /** A la carte, accounts that sent since 2025-06-01; new accounts since 2026-07-21 pay 0.00016. */
  sesMail: 0.1 / 1e3,
} as const;
