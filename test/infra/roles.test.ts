import { describe, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName } from '../../functions/contract/env.ts';
import {
  basketsKey,
  CELLS,
  controlKey,
  DRAFTS,
  gateKey,
  messageKey,
  modelPartKey,
  modelPointerKey,
  productKey,
  RELEASES,
  releasePartKey,
  stateKey,
} from '../../functions/contract/keys.ts';
import { onlyPartitions } from '../../infra/constructs/tables.ts';
import { calledActions, hasEntry } from './called-actions.ts';
import { devTemplates } from './stage.ts';

const { web, workflow } = devTemplates();
type Resource = {
  Type: string;
  Properties: { PolicyDocument: { Statement: Statement[] } };
};
const resources: { [id: string]: Resource } = {
  ...web.toJSON().Resources,
  ...workflow.toJSON().Resources,
};

type Statement = {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
};

/** What the platform does with the function's role: its log, its queue, its stream. */
const PLATFORM = new Set([
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
]);

/**
 * Code that travels with what a function calls, and is never reached: `inbound` counts bounces in the
 * shared rows and neither reads them nor closes the breaker, `sweep` only reads them; the way in and a merge always
 * write the gate that they compare. The local run refuses what a role lacks, so a mistake here shows there.
 */
const NEVER_CALLED: { [name in FunctionName]?: readonly string[] } = {
  inbound: ['dynamodb:DeleteItem', 'dynamodb:Query'],
  hooks: ['dynamodb:ConditionCheckItem'],
  ingest: ['dynamodb:ConditionCheckItem'],
  pages: ['dynamodb:ConditionCheckItem'],
  react: ['dynamodb:ConditionCheckItem'],
  sweep: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
};
/** The platform brings what such a function could not do to the dead letters, with the function's role. */
const BY_PLATFORM: { [name in FunctionName]?: readonly string[] } = {
  gather: ['sqs:SendMessage'],
  learn: ['sqs:SendMessage'],
};
const called = async (name: FunctionName) =>
  (await calledActions(name)).filter((action) => !NEVER_CALLED[name]?.includes(action));

/** Statements of a function's role; CDK's logical ids start with the construct's name. */
function statementsOf(name: FunctionName): Statement[] {
  const prefix = name.charAt(0).toUpperCase() + name.slice(1);
  return Object.entries(resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(`${prefix}Role`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** Partitions of the rows that a function changes in place or deletes, where it is not CONTROL. */
const CHANGED: { [name in FunctionName]?: readonly string[] } = {
  // Of a commit; see the grant.
  react: [CELLS, 'CUSTOMER#*', 'ALIAS#*'],
  learn: [CELLS],
};

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);
const allowed = (name: FunctionName) => [
  ...new Set(statementsOf(name).flatMap(({ Action }) => list(Action))),
];
const built = FUNCTIONS.filter(hasEntry);

describe('the role of each function', () => {
  it.each(built)('%s allows everything that its code calls', async (name) => {
    const missing = (await called(name)).filter((one) => !allowed(name).includes(one));
    expect(missing).toEqual([]);
  });

  it.each(built)('%s allows nothing that its code never calls', async (name) => {
    const used = await called(name);
    const platform = [...PLATFORM, ...(BY_PLATFORM[name] ?? [])];
    const idle = allowed(name).filter((one) => !used.includes(one) && !platform.includes(one));
    expect(idle).toEqual([]);
  });

  it('reads whole tables nowhere but in the audit of sweep, and there only the log', () => {
    const scanning = FUNCTIONS.flatMap((name) =>
      statementsOf(name)
        .filter(({ Action }) => list(Action).includes('dynamodb:Scan'))
        .map((statement) => [name, JSON.stringify(statement).includes('State')]),
    );
    expect(scanning).toEqual([['sweep', false]]);
  });

  it.each(FUNCTIONS)('%s may destroy nothing and change nothing of the infrastructure', (name) => {
    for (const { Action } of statementsOf(name)) {
      for (const action of list(Action)) {
        expect(action).not.toMatch(
          /\*|^dynamodb:(DeleteT|DeleteB|Restore|UpdateT|PartiQL)|^iam:|^lambda:/,
        );
        expect(action).not.toMatch(
          /^sqs:(Purge|DeleteQueue)|^ses:(Delete|Put|Create)|^events:(Delete|PutRule)|^logs:Delete/,
        );
      }
    }
  });

  it.each(FUNCTIONS)(
    '%s may change rows in place or delete them, if at all, only in the shared partitions',
    (name) => {
      const deleting = statementsOf(name).filter(({ Action }) =>
        list(Action).some((one) => /^dynamodb:(DeleteItem|UpdateItem|BatchWriteItem)$/.test(one)),
      );
      const conditions = deleting.map(({ Condition }) => Condition);
      const partitions = CHANGED[name] ?? ['CONTROL'];
      expect(conditions).toEqual(
        conditions.map(() => ({
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        })),
      );
    },
  );

  it.each(FUNCTIONS)(
    '%s names its resources; only the listing of streams ends in a star',
    (name) => {
      const statements = statementsOf(name);
      expect(statements.filter(({ Effect }) => Effect !== 'Allow')).toEqual([]);
      const wild = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('*'));
      const actions = new Set(wild.flatMap(({ Action }) => list(Action)));
      expect([...actions].filter((one) => one !== 'dynamodb:ListStreams')).toEqual([]);
    },
  );

  it('lets only deliver send mail, from the one sender address', () => {
    expect(FUNCTIONS.filter((name) => allowed(name).includes('ses:SendEmail'))).toEqual([
      'deliver',
    ]);
    const [send] = statementsOf('deliver').filter(({ Action }) =>
      list(Action).includes('ses:SendEmail'),
    );
    expect(send?.Condition).toEqual({
      StringEquals: { 'ses:FromAddress': 'hello@dev.shop.example.com' },
    });
  });

  it('keeps customers, gates and mails out of the reach of learn', () => {
    const onState = statementsOf('learn').filter(({ Action }) =>
      list(Action).some((one) => one.startsWith('dynamodb:')),
    );
    expect(onState.length).toBeGreaterThan(3);
    for (const { Condition } of onState) {
      const keys = JSON.stringify(Condition);
      expect(keys).toMatch(/"dynamodb:LeadingKeys":\[/);
      expect(keys).not.toMatch(/CUSTOMER|ALIAS|CONTROL|"\*"/);
    }
  });

  it('lets only publish speak on the bus', () => {
    expect(FUNCTIONS.filter((name) => allowed(name).includes('events:PutEvents'))).toEqual([
      'publish',
    ]);
  });
});

describe('the policy of people who publish', () => {
  const { data } = devTemplates();
  const [policy, ...others] = Object.values(data.findResources('AWS::IAM::ManagedPolicy'));
  const statements: Statement[] = policy?.['Properties'].PolicyDocument.Statement;

  it('reaches what is published and the drafts, and no other row of the table', () => {
    expect(others).toEqual([]);
    const onRows = statements.filter(({ Action }) => list(Action)[0]?.startsWith('dynamodb:'));
    expect(onRows.map(({ Action, Condition }) => [list(Action), Condition])).toEqual([
      [
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        onlyPartitions(RELEASES, 'RELEASE#*'),
      ],
      [['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], onlyPartitions(DRAFTS)],
    ]);
  });

  it('cannot be meant for a customer, by whatever key', () => {
    const keys = [
      stateKey('c').pk,
      gateKey('c').pk,
      messageKey('c', 'm').pk,
      controlKey('PAUSE').pk,
      modelPointerKey().pk,
      modelPartKey('h').pk,
      basketsKey('2026-01-01', 'b').pk,
      productKey('p').pk,
      CELLS,
    ];
    const like = (pattern: string, key: string) =>
      pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
    for (const pattern of [RELEASES, 'RELEASE#*', DRAFTS]) {
      expect(keys.filter((key) => like(pattern, key))).toEqual([]);
    }
    expect(like('RELEASE#*', releasePartKey('h').pk)).toBe(true);
  });

  it('beside that only finds the table, by its own stack', () => {
    const rest = statements.filter(({ Action }) => !list(Action)[0]?.startsWith('dynamodb:'));
    expect(rest).toEqual([
      {
        Effect: 'Allow',
        Action: 'cloudformation:DescribeStackResources',
        Resource: { Ref: 'AWS::StackId' },
      },
    ]);
  });
});
