/** What the pages show of predictions: read from the tables when somebody looks, and never kept for long. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoCatalogueReader } from '../../functions/adapters/dynamodb/catalogue.ts';
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { readCustomer } from '../../functions/adapters/dynamodb/customer-reader.ts';
import { dynamoModels } from '../../functions/adapters/dynamodb/models.ts';
import { type Manifest, understood } from '../../functions/app/models.ts';
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import { stateKey } from '../../functions/contract/keys.ts';
import type { Day, Model, Tables } from '../../functions/contract/predictions.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Customer } from '../../functions/domain/customer.ts';
import type { PeriodFlow } from '../../functions/domain/prediction/cells.ts';
import { CellTable } from '../../functions/domain/prediction/cells/table.ts';
import type { Row } from '../../functions/domain/prediction/panel.ts';
import { type BaseReport, baseReport } from '../../functions/domain/prediction/report.ts';
import { predictRow } from '../../functions/domain/prediction/who/predict.ts';
import { type CustomerView, type Told, toldIn, viewOf } from './customer-view.ts';
import type { Decided } from './figures.ts';

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

export class Predictions {
  private readonly deps: PredictionsDeps;
  private readonly client: DocumentClient;
  /** Published models never change; a pointer does. */
  private readonly kept = new Map<string, Model>();
  private tables: { id: string; tables: Tables | undefined } | undefined;

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
  private async models() {
    const store = dynamoModels(this.client, this.deps.stateTable);
    const { manifests, lookedAt } = await store.pointer();
    const models: Model[] = [];
    for (const manifest of manifests) {
      const model = this.kept.get(manifest.id) ?? understood(await store.model(manifest));
      this.kept.set(manifest.id, model);
      models.push(model);
    }
    return { models, manifests, lookedAt };
  }

  /** What products rest on: the tables that count now, and the whole feed. */
  private async products(manifests: readonly Manifest[]) {
    const counts = manifests.find(({ from }) => from <= this.deps.now());
    if (counts && this.tables?.id !== counts.id) {
      const store = dynamoModels(this.client, this.deps.stateTable);
      this.tables = { id: counts.id, tables: await store.tables(counts) };
    }
    const catalogue = new Map<string, CatalogueProduct>();
    for await (const page of dynamoCatalogueReader(this.client, this.deps.stateTable).pages()) {
      for (const product of page) catalogue.set(product.id, product);
    }
    return { what: counts && this.tables?.tables?.what, catalogue };
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
    const { models, manifests } = await this.models();
    const [told, products] = [await this.toldOf(customer.id), await this.products(manifests)];
    const { settings, now } = this.deps;
    return viewOf(customer, { settings, models }, now(), { told, products });
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

const dayOf = (at: Instant): Day => Math.floor(at / DAY_MS);
