/** What the templates say, as the local run wires it. Whatever is not understood stops the start. */
import type { Statement } from '../iam.ts';

export type TablePlan = {
  name: string;
  arn: string;
  streamArn: string;
  /** Body of CreateTable. */
  create: { [property: string]: unknown };
  indexes: { name: string; partition: string; sort: string }[];
};
export type QueuePlan = {
  name: string;
  url: string;
  arn: string;
  visibilityMs: number;
  delayMs: number;
  retentionMs: number;
  redrive?: { arn: string; maxReceives: number };
};
export type FunctionPlan = {
  /** Local name of the function. */
  name: string;
  /** Name of the bundle: the folder's description in code, for people. */
  label: string;
  arn: string;
  roleArn: string;
  codeDir: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: { [name: string]: string };
};
export type RulePlan = { name: string; arn: string; bus: string; targets: TargetPlan[] } & (
  | { pattern: unknown }
  | { every: Every }
);
/** A tick each so long, or once a day so long after midnight UTC. */
export type Every = { ms: number } | { dayAtMs: number };
export type TargetPlan = { arn: string; input?: string; deadLetterArn?: string };
export type MappingPlan = {
  sourceArn: string;
  functionArn: string;
  batchSize: number;
  concurrency: number;
  partialFailures: boolean;
  filters: unknown[];
  /** Streams only. */
  retries: number;
  bisect: boolean;
  failureArn?: string;
};
export type RoutePlan = { method: string; path: string; functionArn: string };

export type Plan = {
  tables: TablePlan[];
  queues: QueuePlan[];
  functions: FunctionPlan[];
  rules: RulePlan[];
  mappings: MappingPlan[];
  routes: RoutePlan[];
  /** Custom buses by name, with their policies; the default bus is always there. */
  buses: Map<string, { arn: string; policy: Statement[] }>;
  /** Statements by role's ARN. */
  roles: Map<string, Statement[]>;
  /** Role with the policy of those who publish. */
  publishers?: string;
  configurationSets: Set<string>;
  /** Verified domains and addresses. */
  identities: Set<string>;
};

/** The function that an ARN names. */
export function functionOf(plan: Plan, arn: string): FunctionPlan | undefined {
  return plan.functions.find((one) => one.arn === arn || one.name === arn);
}
