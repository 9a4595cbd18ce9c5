/** What the pages show of predictions: read from the tables when somebody looks, and never kept for long. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { readCustomer } from '../../functions/adapters/dynamodb/customer-reader.ts';
import { dynamoModels } from '../../functions/adapters/dynamodb/models.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import type { Decided } from './figures.ts';
import type { Policy, Shop } from '../../functions/contract/journeys.ts';
import { stateKey } from '../../functions/contract/keys.ts';
import type { Due, ProductDue } from '../../functions/contract/prediction-when.ts';
import type { WhoModel, WhoPrediction } from '../../functions/contract/prediction-who.ts';
import type { ChurnRisk, Day, Model } from '../../functions/contract/predictions.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Customer } from '../../functions/domain/customer.ts';
import {
  historyOf,
  historyOfDays,
  orderDaysOf,
} from '../../functions/domain/prediction/history.ts';
import type { Row } from '../../functions/domain/prediction/panel.ts';
import { type BaseReport, baseReport } from '../../functions/domain/prediction/report.ts';
import { modelAt } from '../../functions/domain/prediction/model-at.ts';
import { crossingsOf, riskOf } from '../../functions/domain/prediction/outlook.ts';
import { nextOrder } from '../../functions/domain/prediction/when/next.ts';
import { predictRow, predictWho } from '../../functions/domain/prediction/who/predict.ts';
import type { PeriodFlow } from '../../functions/domain/prediction/cells.ts';
import { CellTable } from '../../functions/domain/prediction/cells/table.ts';
import { CHURN_ALARM } from '../../functions/domain/wake/risk.ts';

/** What was told of a customer's level. */
export type Told = { at: Instant; from: string; to: string; because: string };

/** A point of P(active) over time, with how sure the model is. */
export type CurvePoint = { day: Day; p: number; low: number; high: number };

export type CustomerView = {
  id: string;
  today: Day;
  days: Day[];
  /** Minor units, net of refunds. */
  spend: { orders: number; total: number } | undefined;
  currency: string;
  horizonDays: number;
  thresholds: { medium: number; high: number };
  /** Which model counts now, and since when; undefined before the first. */
  model: { from: Instant; basis: WhoModel['basis'] } | undefined;
  who: (WhoPrediction & { risk: ChurnRisk }) | undefined;
  /** As today's model sees each day since the first order. */
  curve: CurvePoint[];
  /** The days to come, if nothing is bought. */
  ahead: CurvePoint[];
  told: Told[];
  /** When the level rises, if nothing is bought. */
  coming: { level: 'medium' | 'high'; day: Day }[];
  next: Due | undefined;
  products: (ProductDue & { name: string })[];
};

/** Everybody, added up. */
export type BaseView = {
  now: Instant;
  currency: string;
  horizonDays: number;
  /** The newest that was published; it may count only in a few minutes. */
  model: Model | undefined;
  /** When `learn` last looked for something to learn; undefined before its first night. */
  lookedAt: Instant | undefined;
  report: BaseReport | undefined;
  /** Newest first. */
  alarms: (Told & { customerId: string })[];
};

export type PredictionsDeps = {
  /** `http://host:port` of DynamoDB. */
  endpoint: string;
  stateTable: string;
  settings: Settings;
  now(): Instant;
  /** What the churn alarm told last, newest first. */
  alarms(): readonly Decided[];
};

/** Longer histories are drawn from here on: three years of days are more than a screen has pixels. */
const CURVE_DAYS_MAX = 1_095;
/** Ahead until the alarms that come within a year, and at least so far. */
const AHEAD_DAYS_MIN = 90;
const AHEAD_DAYS_MAX = 365;
/** Beyond the last of them, for the eye. */
const AFTER_DAYS = 14;

export class Predictions {
  private readonly deps: PredictionsDeps;
  private readonly client: DocumentClient;
  /** Published models never change; a pointer does. */
  private readonly kept = new Map<string, Model>();

  constructor(deps: PredictionsDeps) {
    this.deps = deps;
    this.client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: deps.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'LOCALPAGES', secretAccessKey: 'local' },
        maxAttempts: 2,
      }),
    );
  }

  /** The published models, newest first, and when `learn` last looked. */
  async models(): Promise<{ models: Model[]; lookedAt: Instant | undefined }> {
    const store = dynamoModels(this.client, this.deps.stateTable);
    const { manifests, lookedAt } = await store.pointer();
    const models: Model[] = [];
    for (const manifest of manifests) {
      const model = this.kept.get(manifest.id) ?? (await store.model(manifest));
      this.kept.set(manifest.id, model);
      models.push(model);
    }
    return { models, lookedAt };
  }

  async base(): Promise<BaseView> {
    const { settings, now, alarms } = this.deps;
    const { models, lookedAt } = await this.models();
    return {
      now: now(),
      currency: settings.shop.currency,
      horizonDays: settings.churn.horizonDays,
      model: models[0],
      lookedAt,
      report: await this.report(models[0], dayOf(now())),
      alarms: alarms().flatMap((decided) =>
        toldIn([decided]).map((told) => ({ ...told, customerId: decided.customerId })),
      ),
    };
  }

  /** Everybody, from the counted cells: no customer is read. */
  private async report(model: Model | undefined, today: Day): Promise<BaseReport | undefined> {
    const who = model?.who;
    if (!who || who.basis === 'none') return undefined;
    const table = new CellTable();
    const flows: PeriodFlow[] = [];
    for await (const page of dynamoCells(this.client, this.deps.stateTable).pages()) {
      for (const row of page.rows) table.add(row);
      flows.push(...page.flows);
    }
    const { horizonDays } = this.deps.settings.churn;
    const evaluate = (row: Row) => predictRow(who, row, today, horizonDays);
    return baseReport(table, evaluate, { today, horizonDays, flows });
  }

  /** The customer of an id as the pages show it, of the shop's own id, or of an address. */
  async find(text: string): Promise<string | undefined> {
    for (const id of [text, aliasId('user', text), aliasId('email', text)]) {
      const customer = await this.read(id);
      if (customer.version > 0) return customer.id;
    }
    return undefined;
  }

  async customer(id: string): Promise<CustomerView | undefined> {
    const customer = await this.read(id);
    if (customer.version === 0) return undefined;
    const { models } = await this.models();
    const told = await this.toldOf(customer.id);
    return viewOf(customer, { settings: this.deps.settings, models }, this.deps.now(), told);
  }

  private read(id: string): Promise<Customer> {
    const { stateTable } = this.deps;
    return readCustomer({ client: this.client, stateTable, consistent: false }, id);
  }

  /** What the churn alarm told of this customer, oldest first. */
  private async toldOf(id: string): Promise<Told[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.deps.stateTable,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :decisions)',
        ExpressionAttributeValues: { ':pk': stateKey(id).pk, ':decisions': 'DECISION#' },
      }),
    );
    return Items.flatMap((item) => toldIn((item['reasons'] ?? []) as DecisionReason[]));
  }
}

export function toldIn(reasons: readonly DecisionReason[]): Told[] {
  return reasons
    .filter(({ journey, reason }) => journey === CHURN_ALARM && reason.code === 'risk-changed')
    .map(({ at, reason }) => ({
      at,
      from: String(reason['from']),
      to: String(reason['to']),
      because: String(reason['because']),
    }));
}

const dayOf = (at: Instant): Day => Math.floor(at / DAY_MS);

/** Everything that the page of one customer shows. Pure. */
export function viewOf(
  customer: Customer,
  shop: Shop & Pick<Policy, 'settings'>,
  now: Instant,
  told: Told[],
): CustomerView {
  const { facts } = customer;
  const { churn, shop: about } = shop.settings;
  const days = orderDaysOf(facts);
  const history = historyOf(facts, about.currency);
  const today = Math.max(dayOf(now), history?.last ?? 0);
  const model = modelAt(shop, now);
  const who = model?.who && model.who.basis !== 'none' ? model.who : undefined;
  const judged = who && history ? predictWho(who, history, today, churn.horizonDays) : undefined;
  const coming = who && model ? comingOf(customer, model, shop, today) : [];
  return {
    id: customer.id,
    today,
    days,
    spend: history?.spend,
    currency: about.currency,
    horizonDays: churn.horizonDays,
    thresholds: { medium: churn.medium, high: churn.high },
    model: model?.who && { from: model.from, basis: model.who.basis },
    who: judged && { ...judged, risk: riskOf(judged, churn) },
    curve: who ? curveOf(who, days, today, churn.horizonDays) : [],
    ahead: who ? aheadOf(who, days, [today, aheadUntil(coming, today)], churn.horizonDays) : [],
    told,
    coming,
    next: model?.when && history ? nextOrder(model.when, { ...history, days }, today) : undefined,
    products: [],
  };
}

const pointAt = (who: WhoModel, days: readonly Day[], day: Day, horizonDays: number) => {
  const history = historyOfDays(days);
  if (!history) return [];
  const { pActive: p, low, high } = predictWho(who, history, day, horizonDays);
  return [{ day, p, low, high }];
};

/** Day by day with what was known then; two points on an order day, so that its jump stands upright. */
function curveOf(who: WhoModel, days: readonly Day[], today: Day, horizon: number): CurvePoint[] {
  const first = days[0];
  if (first === undefined) return [];
  const points: CurvePoint[] = [];
  let known = 0;
  for (let day = Math.max(first, today - CURVE_DAYS_MAX); day <= today; day += 1) {
    const before = known;
    while (known < days.length && (days[known] as Day) <= day) known += 1;
    const jumped = known > before && before > 0;
    if (jumped) points.push(...pointAt(who, days.slice(0, before), day, horizon));
    points.push(...pointAt(who, days.slice(0, known), day, horizon));
  }
  return points;
}

function aheadUntil(coming: CustomerView['coming'], today: Day): Day {
  const last = coming
    .map(({ day }) => day)
    .filter((day) => day <= today + AHEAD_DAYS_MAX)
    .reduce((latest, day) => Math.max(latest, day), today);
  return Math.max(today + AHEAD_DAYS_MIN, last + AFTER_DAYS);
}

function aheadOf(
  who: WhoModel,
  days: readonly Day[],
  [from, until]: readonly [Day, Day],
  horizon: number,
): CurvePoint[] {
  return Array.from({ length: until - from + 1 }, (_, ahead) => from + ahead).flatMap((day) =>
    pointAt(who, days, day, horizon),
  );
}

function comingOf(customer: Customer, model: Model, shop: Shop, today: Day) {
  const crossings = crossingsOf(customer.facts, model, shop);
  if (!crossings) return [];
  const all = [
    { level: 'medium' as const, day: crossings.medium },
    { level: 'high' as const, day: crossings.high() },
  ];
  return all.filter(({ day }) => day >= today && Number.isFinite(day));
}
