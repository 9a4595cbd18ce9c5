import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { BROWSE_EVENTS, SET_ASIDE } from '../../functions/contract/events.ts';
import { DELIVER_CONCURRENCY, FUNCTIONS } from '../../functions/contract/env.ts';
import { FIGURES } from '../../functions/contract/figures.ts';
import { ROUTES } from '../../functions/contract/routes.ts';
import { ASSUMED } from '../../cli/bench/costs.ts';
import { ALARMS_MAX } from '../../infra/constructs/alarms.ts';
import { refuseWithoutUnsubscribe } from '../../infra/synth.ts';
import { devTemplates, prodInput, prodTemplates, stageFor, templatesOf } from './stage.ts';

const dev = devTemplates();
const prod = prodTemplates();
/** How many resources have these properties, matchers included. */
const count = (template: Template, type: string, properties: unknown): number =>
  Object.keys(template.findResources(type, { Properties: Match.objectLike(properties as object) }))
    .length;
const both = [
  ['dev', dev],
  ['prod', prod],
] as const;

describe('the tables', () => {
  it.each(both)('are kept, protected, restorable and streamed in %s', (_stage, { data }) => {
    const tables = Object.values(data.findResources('AWS::DynamoDB::Table'));
    expect(tables).toHaveLength(2);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          StreamSpecification: { StreamViewType: expect.stringMatching(/^NEW_/) },
          TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        },
      });
    }
    expect(dev.stacks.data.terminationProtection).toBe(true);
  });

  it('index due customers and open ledger rows by keys only', () => {
    expect(
      count(dev.data, 'AWS::DynamoDB::Table', {
        GlobalSecondaryIndexes: [
          {
            IndexName: 'wake',
            KeySchema: [
              { AttributeName: 'wakeShard', KeyType: 'HASH' },
              { AttributeName: 'nextWakeAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
          {
            IndexName: 'open',
            KeySchema: [
              { AttributeName: 'openShard', KeyType: 'HASH' },
              { AttributeName: 'openAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    ).toBe(1);
  });
});

describe('the bus', () => {
  it('refuses our source to everyone but publish', () => {
    const roles = Object.keys(dev.workflow.findResources('AWS::IAM::Role'));
    const publish = roles.filter((id) => id.startsWith('Publish'));
    expect(publish).toHaveLength(1);
    expect(
      count(dev.workflow, 'AWS::Events::EventBusPolicy', {
        Statement: Match.objectLike({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'events:PutEvents',
          Condition: {
            'ForAnyValue:StringEquals': { 'events:source': ['perennial'] },
            ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [publish[0], 'Arn'] } },
          },
        }),
      }),
    ).toBe(1);
  });

  it('has rules to queues only; ticks alone call a function', () => {
    const rules = Object.values(dev.workflow.findResources('AWS::Events::Rule'));
    expect(rules).toHaveLength(7);
    const targets = rules.map(({ Properties }) => {
      const [target, ...more] = Properties.Targets;
      const kind = /Function|Queue/.exec(JSON.stringify(target.Arn))?.[0];
      const clock = Properties.ScheduleExpression !== undefined;
      return { clock, kind, deadLetters: target.DeadLetterConfig !== undefined, more: more.length };
    });
    for (const target of targets) {
      const { clock } = target;
      const kind = clock ? 'Function' : 'Queue';
      expect(target).toEqual({ clock, kind, deadLetters: !clock, more: 0 });
    }
  });

  it('brings ours to react by two lanes, and all that is not ours to inbound', () => {
    const pattern = (EventPattern: unknown) =>
      expect(
        count(dev.workflow, 'AWS::Events::Rule', {
          EventBusName: Match.anyValue(),
          EventPattern,
        }),
      ).toBe(1);
    pattern({
      source: ['perennial'],
      'detail-type': [{ 'anything-but': [...BROWSE_EVENTS, 'Message Sent', ...SET_ASIDE] }],
    });
    pattern({ source: ['perennial'], 'detail-type': [...BROWSE_EVENTS] });
    pattern({ source: [{ 'anything-but': ['perennial'] }] });
  });

  it('hears only SES events of our own configuration set', () => {
    expect(
      count(dev.workflow, 'AWS::Events::Rule', {
        EventBusName: Match.absent(),
        EventPattern: {
          source: ['aws.ses'],
          'detail-type': Match.arrayWith([
            'Email Bounced',
            'Email Complaint Received',
            'Email Delivered',
            'Email Delivery Delayed',
          ]),
          detail: { mail: { tags: { 'ses:configuration-set': ['perennial-dev'] } } },
        },
      }),
    ).toBe(1);
    // It would say no more than the answer to the call, and be half of all events.
    expect(JSON.stringify(dev.workflow.toJSON())).not.toMatch(/"Email Sent"|"SEND"/);
  });
});

describe('the queues', () => {
  it('each have dead letters, encryption, TLS, and six timeouts of patience', () => {
    const queues = Object.entries(dev.workflow.findResources('AWS::SQS::Queue'));
    const lanes = queues.filter(([, { Properties }]) => Properties.RedrivePolicy);
    expect(queues).toHaveLength(11);
    expect(lanes).toHaveLength(5);
    for (const [, { Properties }] of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    }
    for (const [, { Properties }] of lanes) {
      expect(Properties.RedrivePolicy.maxReceiveCount).toBe(5);
      expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 30);
    }
  });

  it('report partial failures and are worked on by a limited number of copies', () => {
    const mappings = Object.values(
      dev.workflow.findResources('AWS::Lambda::EventSourceMapping'),
    ).map(({ Properties }) => Properties);
    expect(mappings).toHaveLength(8);
    for (const mapping of mappings) {
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
    const queues = mappings.filter(({ StartingPosition }) => StartingPosition === undefined);
    const copies = queues.map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency);
    expect(copies).toHaveLength(5);
    expect(Math.min(...copies)).toBeGreaterThanOrEqual(2);
  });
});

describe('the nightly learning', () => {
  it('is called once a night, tried again, and lies with the dead letters when it fails for good', () => {
    expect(
      count(dev.workflow, 'AWS::Events::Rule', {
        ScheduleExpression: 'cron(17 2 * * ? *)',
        Targets: [
          Match.objectLike({
            Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LearnFunction'), 'Arn'] },
          }),
        ],
      }),
    ).toBe(1);
    expect(
      count(dev.workflow, 'AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: Match.stringLikeRegexp('^LearnFunction') },
        MaximumRetryAttempts: 2,
        DestinationConfig: {
          OnFailure: {
            Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PublishDeadLetters'), 'Arn'] },
          },
        },
      }),
    ).toBe(1);
  });

  it('hears of new orders alone, and keeps what it could not read with the dead letters', () => {
    const [feed, ...others] = Object.values(
      dev.workflow.findResources('AWS::Lambda::EventSourceMapping', {
        Properties: { FunctionName: { Ref: Match.stringLikeRegexp('^GatherFunction') } },
      }),
    ).map(({ Properties }) => Properties);
    expect(others).toEqual([]);
    expect(feed.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern)).toEqual([
      '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"name":{"S":["Order Completed"]}}}}',
    ]);
    expect(JSON.stringify(feed.DestinationConfig)).toContain('PublishDeadLetters');
  });
});

describe('the windows', () => {
  it('wait exactly as long as the cost table says, and never with customer facts or mails', () => {
    const mappings = Object.values(
      dev.workflow.findResources('AWS::Lambda::EventSourceMapping'),
    ).map(({ Properties }) => Properties);
    const windowOf = (source: RegExp) =>
      mappings
        .filter(({ EventSourceArn }) => source.test(JSON.stringify(EventSourceArn)))
        .map(({ MaximumBatchingWindowInSeconds }) => MaximumBatchingWindowInSeconds ?? 0);
    const { windowS } = ASSUMED;
    expect(windowOf(/StreamArn/)).toEqual([windowS.publish, windowS.publish, windowS.gather]);
    expect(windowOf(/^{"Fn::GetAtt":\["Facts/)).toEqual([windowS.facts]);
    expect(windowOf(/^{"Fn::GetAtt":\["Browse/)).toEqual([windowS.browse]);
    expect(windowOf(/^{"Fn::GetAtt":\["Wakes/)).toEqual([windowS.wakes]);
    expect(windowOf(/^{"Fn::GetAtt":\["DeliverWork/)).toEqual([windowS.deliver]);
    expect(windowOf(/^{"Fn::GetAtt":\["InboundWork/)).toEqual([windowS.inbound]);
    expect([windowS.facts, windowS.wakes, windowS.deliver]).toEqual([0, 0, 0]);
  });

  it('leave deliver time for a whole batch at the slowest pace that a stage may set', () => {
    const [fn] = Object.values(dev.workflow.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => String(Properties.Description).startsWith('Ledger rows'),
    );
    const queue = Object.entries(dev.workflow.findResources('AWS::SQS::Queue')).find(
      ([id, { Properties }]) => id.startsWith('DeliverWork') && Properties.RedrivePolicy,
    );
    const turnsSeconds = 10 / (1 / DELIVER_CONCURRENCY);
    expect(fn?.Properties.Timeout).toBeGreaterThanOrEqual(turnsSeconds + 40);
    expect(queue?.[1].Properties.VisibilityTimeout).toBe(6 * fn?.Properties.Timeout);
  });
});

describe('the streams', () => {
  it('wake publish for new events and for mails that are planned or sent, and for nothing else', () => {
    const filters = Object.values(dev.workflow.findResources('AWS::Lambda::EventSourceMapping'))
      .map(({ Properties }) => Properties)
      .filter(({ StartingPosition }) => StartingPosition)
      .map((mapping) => {
        expect(mapping).toMatchObject({
          BisectBatchOnFunctionError: true,
          DestinationConfig: { OnFailure: { Destination: expect.anything() } },
          StartingPosition: 'TRIM_HORIZON',
        });
        return JSON.parse(mapping.FilterCriteria.Filters[0].Pattern);
      });
    expect(filters).toContainEqual({ eventName: ['INSERT'] });
    expect(filters).toContainEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: {
        NewImage: {
          sk: { S: [{ prefix: 'MESSAGE#' }] },
          state: { S: ['PLANNED', 'SENT'] },
        },
      },
    });
  });
});

describe('the functions', () => {
  it.each(both)('run on ARM and Node 24 with logs that end, in %s', (_stage, { web, workflow }) => {
    const all = [web, workflow].flatMap((template) =>
      Object.values(template.findResources('AWS::Lambda::Function')),
    );
    const names = all.map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
    expect(new Set(names).size).toBe(FUNCTIONS.length);
    for (const { Properties } of all) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
      });
      // Metrics are lines without a level: Lambda takes them as INFO.
      expect(Properties.LoggingConfig).toMatchObject({
        LogGroup: expect.anything(),
        LogFormat: 'JSON',
        SystemLogLevel: 'WARN',
        ApplicationLogLevel: 'INFO',
      });
      expect(Properties.TracingConfig).toBeUndefined();
    }
    for (const template of [web, workflow]) {
      for (const group of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
        expect(group.Properties.RetentionInDays).toBeLessThanOrEqual(30);
      }
    }
  });
});

describe('mail', () => {
  it('is signed, has its own bounce domain, needs TLS, and tells the default bus', () => {
    expect(
      count(prod.workflow, 'AWS::SES::EmailIdentity', {
        EmailIdentity: 'amber.lt',
        DkimAttributes: { SigningEnabled: true },
        MailFromAttributes: { MailFromDomain: 'bounce.amber.lt' },
      }),
    ).toBe(1);
    expect(
      count(prod.workflow, 'AWS::SES::ConfigurationSet', {
        Name: 'perennial-prod',
        DeliveryOptions: { TlsPolicy: 'REQUIRE' },
        ReputationOptions: { ReputationMetricsEnabled: true },
      }),
    ).toBe(1);
    expect(
      count(prod.workflow, 'AWS::SES::ConfigurationSetEventDestination', {
        EventDestination: Match.objectLike({
          Enabled: true,
          MatchingEventTypes: Match.not(Match.arrayWith(['OPEN'])),
          EventBridgeDestination: Match.anyValue(),
        }),
      }),
    ).toBe(1);
    prod.workflow.resourceCountIs('AWS::SES::Tenant', 1);
  });

  it('has no tenant where the shop switches it off', () => {
    const input = prodInput();
    const { workflow } = templatesOf(
      stageFor('prod', { ...input, mail: { ...input.mail, tenant: false } }),
    );
    workflow.resourceCountIs('AWS::SES::Tenant', 0);
    expect(JSON.stringify(workflow.toJSON())).not.toContain('PERENNIAL_SES_TENANT');
  });
});

describe('the web stack', () => {
  const keys = (template: typeof dev.web) =>
    Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );

  it('opens the routes of the contract and no other', () => {
    expect(keys(dev.web).sort()).toEqual(
      [
        `POST ${ROUTES.calls}`,
        `OPTIONS ${ROUTES.calls}`,
        ...[ROUTES.shopify, ROUTES.woocommerce, ROUTES.stripe].map((path) => `POST ${path}`),
        ...[ROUTES.unsubscribe, ROUTES.survey, ROUTES.preferences].flatMap((path) => [
          `GET ${path}`,
          `HEAD ${path}`,
          `POST ${path}`,
        ]),
      ].sort(),
    );
  });

  it('is throttled, and its access log holds no address, path or agent of a caller', () => {
    const [stage] = Object.values(dev.web.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingBurstLimit: expect.any(Number),
      ThrottlingRateLimit: expect.any(Number),
    });
    const format = stage?.Properties.AccessLogSettings.Format;
    expect(format).toContain('$context.routeKey');
    expect(format).not.toMatch(/sourceIp|userAgent|path|identity|querystring/i);
  });

  it("answers in prod only on the shop's own host", () => {
    expect(count(prod.web, 'AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true })).toBe(1);
    expect(
      count(prod.web, 'AWS::ApiGatewayV2::DomainName', {
        DomainName: 'mail.amber.lt',
        DomainNameConfigurations: [Match.objectLike({ SecurityPolicy: 'TLS_1_2' })],
      }),
    ).toBe(1);
    const origin = Object.values(prod.workflow.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.Environment.Variables.PERENNIAL_LINK_ORIGIN)
      .filter(Boolean);
    expect(origin).toEqual(['https://mail.amber.lt']);
  });

  it('of prod may not lack the way out of marketing', () => {
    const release = {
      policy: { journeys: [{ id: 'win-back', purpose: 'marketing' }] },
      templates: {},
    } as never;
    expect(() => refuseWithoutUnsubscribe(release, prod.stacks.web)).not.toThrow();
    const noRoutes = { node: { findAll: () => [] } } as never;
    expect(() => refuseWithoutUnsubscribe(release, noRoutes)).toThrow(
      /win-back sends marketing, but the web stack has no route POST \/u\/\{token\}/,
    );
  });
});

describe('the alarms', () => {
  it('are at most the ten that are free, each with a severity and a section of the runbook', async () => {
    const { readFileSync } = await import('node:fs');
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const alarms = Object.values(prod.workflow.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeLessThanOrEqual(ALARMS_MAX);
    for (const { Properties } of alarms) {
      const section = /^\[(act|look)\] .+ docs\/runbook\.md#([\w-]+)$/.exec(
        Properties.AlarmDescription,
      )?.[2];
      expect(runbook).toContain(`\n## ${section}\n`);
      expect(Properties.AlarmName).toBe(`perennial-prod-${section}`);
      expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  it('ring for the first mail that exceeds a limit of rendering, within the ten', () => {
    expect(
      count(prod.workflow, 'AWS::CloudWatch::Alarm', {
        AlarmName: 'perennial-prod-work-left-open',
        AlarmDescription: Match.stringLikeRegexp('mails exceed their limits'),
        MetricName: FIGURES.ledgerOverdue,
        Statistic: 'Maximum',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    ).toBe(1);
  });

  it('ring when sweep falls silent', () => {
    expect(
      count(prod.workflow, 'AWS::CloudWatch::Alarm', {
        AlarmName: 'perennial-prod-work-left-open',
        TreatMissingData: 'breaching',
        // Three ticks of sweep, one look at them: the audit finds a loss in one tick of twelve.
        Period: 900,
        EvaluationPeriods: 1,
      }),
    ).toBe(1);
  });
});
