/** The buses: rules by pattern, targets that are queues or functions. */
import { randomUUID } from 'node:crypto';
import { type Instant, iso } from '../../../functions/contract/time.ts';
import { type ApiCall, ApiError } from '../aws/api.ts';
import { covers, type Statement } from '../iam.ts';
import { ACCOUNT, REGION } from '../template/resolve.ts';
import type { RulePlan, TargetPlan } from '../template/plan.ts';
import { compilePattern, type Json, type Matcher } from './pattern.ts';

/** PutEvents: entries a call, and bytes of all of them. */
const ENTRIES_MAX = 10;
const BYTES_MAX = 262_144;
/** What a time counts for in the size of an entry. */
const TIME_BYTES = 14;
const DEFAULT_BUS = 'default';

export type BusEvent = {
  source: string;
  detailType: string;
  detail: Json;
  resources?: string[];
  at?: Instant;
};
type Entry = {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  Time?: number;
};
type Rule = { name: string; bus: string; match: Matcher; targets: TargetPlan[] };

export type BusDeps = {
  rules: readonly RulePlan[];
  buses: ReadonlyMap<string, { arn: string; policy: Statement[] }>;
  now(): Instant;
  /** Brings a body to a queue or function; false when there is none by that ARN. */
  deliver(targetArn: string, body: string): boolean;
};

export class Buses {
  private readonly deps: BusDeps;
  private readonly rules: Rule[];

  constructor(deps: BusDeps) {
    this.deps = deps;
    this.rules = deps.rules.flatMap((rule) =>
      'pattern' in rule ? [{ ...rule, match: compilePattern(rule.pattern) }] : [],
    );
  }

  /** Puts an event on a bus and brings it to every target whose rule matches. */
  put(bus: string, event: BusEvent): string {
    const id = randomUUID();
    const envelope = {
      version: '0',
      id,
      'detail-type': event.detailType,
      source: event.source,
      account: ACCOUNT,
      // EventBridge knows whole seconds.
      time: iso(event.at ?? this.deps.now()).replace(/\.\d{3}Z$/, 'Z'),
      region: REGION,
      resources: event.resources ?? [],
      detail: event.detail,
    };
    for (const rule of this.rules) {
      if (rule.bus !== bus || !rule.match(envelope as Json)) continue;
      for (const target of rule.targets) this.toTarget(rule, target, envelope);
    }
    return id;
  }

  private toTarget(rule: Rule, target: TargetPlan, envelope: object): void {
    const body = target.input ?? JSON.stringify(envelope);
    if (this.deps.deliver(target.arn, body)) return;
    if (target.deadLetterArn && this.deps.deliver(target.deadLetterArn, body)) return;
    throw new Error(`rule ${rule.name}: no target ${target.arn}`);
  }

  /** The API's PutEvents: 200 even where entries failed. */
  putEvents(call: ApiCall): object {
    const { Entries } = call.body as { Entries?: Entry[] };
    if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > ENTRIES_MAX) {
      throw invalid(`Entries: got ${Entries?.length ?? 'none'}, wanted 1 to ${ENTRIES_MAX}.`);
    }
    const bytes = Entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (bytes > BYTES_MAX) throw invalid(`Total size of the entries: got ${bytes} bytes.`);
    const sources = Entries.map(({ Source }) => Source ?? '');
    for (const name of new Set(Entries.map(busOf))) this.authorize(call, name, sources);
    const results = Entries.map((entry) => this.putEntry(entry));
    return {
      FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
      Entries: results,
    };
  }

  /** The caller's role must allow it, and the bus's own policy must not deny it. */
  private authorize(call: ApiCall, name: string, sources: string[]): void {
    const bus = this.deps.buses.get(name);
    if (!bus && name !== DEFAULT_BUS) {
      throw new ApiError(400, 'ResourceNotFoundException', `Event bus ${name} does not exist.`);
    }
    const arn = bus?.arn ?? `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${DEFAULT_BUS}`;
    const context = { 'events:source': sources, 'aws:PrincipalArn': call.principal.roleArn };
    call.authorize('events:PutEvents', arn, context);
    const ask = { action: 'events:PutEvents', resource: arn, context };
    for (const statement of bus?.policy ?? []) {
      if (statement.effect !== 'Deny' || !covers(statement, ask)) continue;
      throw new ApiError(
        400,
        'AccessDeniedException',
        `User: ${call.principal.roleArn} is not authorized to perform: events:PutEvents on resource: ` +
          `${arn} with an explicit deny in a resource-based policy`,
      );
    }
  }

  private putEntry(
    entry: Entry,
  ): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
    if (missing) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid.` };
    }
    const detail = parseDetail(entry.Detail as string);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const EventId = this.put(busOf(entry), {
      source: entry.Source as string,
      detailType: entry.DetailType as string,
      detail,
      ...(entry.Resources && { resources: entry.Resources }),
      ...(entry.Time !== undefined && { at: entry.Time * 1000 }),
    });
    return { EventId };
  }
}

const invalid = (message: string) => new ApiError(400, 'ValidationException', message);
const busOf = ({ EventBusName = DEFAULT_BUS }: Entry) =>
  EventBusName.replace(/^arn:.*:event-bus\//, '');

const bytesOf = ({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry) =>
  [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time === undefined ? 0 : TIME_BYTES,
  );

function parseDetail(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
