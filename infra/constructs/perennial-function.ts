import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV, type FunctionName } from '../../functions/contract/env.ts';
import type { StageScope } from '../stage-scope.ts';

export type PerennialFunctionProps = {
  readonly stage: StageScope;
  readonly name: FunctionName;
  /** What it does, for those who read the console. */
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** A tick is called asynchronously and never again: the next tick does its work. */
  readonly tick?: boolean;
};

/**
 * One deployed bundle with a role of its own that may, at first, only write its own log. Permissions and
 * environment come together from the `grantX` of the thing that it uses.
 */
export class PerennialFunction extends Construct {
  readonly fn: lambda.Function;
  readonly role: iam.Role;
  readonly timeout: Duration;
  private readonly named: FunctionName;

  constructor(scope: Construct, id: string, props: PerennialFunctionProps) {
    super(scope, id);
    const { stage, name } = props;
    this.named = name;
    this.timeout = Duration.seconds(props.timeoutSeconds);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: stage.config.logRetentionDays as logs.RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Perennial ${stage.name}: exactly what ${name} calls`,
    });
    this.fn = new lambda.Function(this, 'Function', {
      description: props.description,
      // 20% cheaper than x86 for the same work, and the start-up is no slower.
      architecture: lambda.Architecture.ARM_64,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: stage.code(name),
      role: this.role,
      logGroup,
      // Without START, END and REPORT of each call (330 bytes, 0.17 USD a million), but with time-outs and
      // crashes. Metrics are lines without a level, which Lambda counts as INFO: a higher level of ours
      // would drop them (docs/decisions/2026-11-22-log-lines.md).
      loggingFormat: lambda.LoggingFormat.JSON,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      memorySize: props.memoryMb,
      timeout: this.timeout,
      // The trace costs 68 ms of each cold start; ids in logs, reasons and ledger rows tell the same story.
      tracing: lambda.Tracing.DISABLED,
      ...(props.tick && { retryAttempts: 0 }),
      environment: { [ENV.stage]: stage.name },
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  }

  /** Name of the bundle, for alarms and tests. */
  get functionName(): FunctionName {
    return this.named;
  }

  /** Exactly these actions on exactly these resources; a wildcard is refused. */
  allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions?: iam.Conditions,
  ): void {
    for (const text of actions) {
      if (text.includes('*'))
        throw new Error(`${this.named}: got action ${text}, wanted exact ones`);
    }
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: [...actions], resources: [...resources], conditions }),
    );
  }

  /** Sets a variable of `contract/env.ts`. */
  set(variable: keyof typeof ENV, value: string): void {
    this.fn.addEnvironment(ENV[variable], value);
  }
}
