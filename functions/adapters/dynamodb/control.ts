/** Shared rows: pauses, breaker, the day's counters. All in one partition, read with one query. */
import {
  DeleteCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Control, ControlState } from '../../app/control.ts';
import { controlKey } from '../../contract/keys.ts';
import { DAY_MS } from '../../contract/time.ts';
import { conditionFailed, type DocumentClient } from './client.ts';

/** The ceiling grows from the latest day; a sender who was silent for a month is new again. */
const DAYS_KEPT_MS = 31 * DAY_MS;
const DAY = 'DAY#';

/** What people set: `npm run pause`. */
export type Pauses = {
  /** A journey's id, or `*` for all. */
  pause(journey: string): Promise<void>;
  resume(journey: string): Promise<void>;
};

export function dynamoControl(client: DocumentClient, stateTable: string): Control & Pauses {
  const update = async (input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> => {
    try {
      await client.send(new UpdateCommand({ TableName: stateTable, ...input }));
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      throw error;
    }
  };
  const setPause = (verb: 'ADD' | 'DELETE', journey: string) =>
    update({
      Key: controlKey('PAUSE'),
      UpdateExpression: `${verb} journeys :journeys`,
      ExpressionAttributeValues: { ':journeys': new Set([journey]) },
    });
  return {
    ...breakerRow(client, stateTable, update),
    ...dayRows(update),
    read: () => read(client, stateTable),
    pause: async (journey) => void (await setPause('ADD', journey)),
    resume: async (journey) => void (await setPause('DELETE', journey)),
  };
}

type Update = (input: Omit<UpdateCommandInput, 'TableName'>) => Promise<boolean>;

function breakerRow(client: DocumentClient, stateTable: string, update: Update) {
  return {
    openBreaker: async ({ code, since, probeAt }) => {
      await update({
        Key: controlKey('BREAKER'),
        UpdateExpression:
          'SET code = :code, since = if_not_exists(since, :since), probeAt = :probeAt',
        ExpressionAttributeValues: { ':code': code, ':since': since, ':probeAt': probeAt },
      });
    },
    takeProbe: (was, probeAt) =>
      update({
        Key: controlKey('BREAKER'),
        UpdateExpression: 'SET probeAt = :probeAt',
        ConditionExpression: 'probeAt = :was',
        ExpressionAttributeValues: { ':probeAt': probeAt, ':was': was.probeAt },
      }),
    closeBreaker: async ({ since }) => {
      try {
        await client.send(
          new DeleteCommand({
            TableName: stateTable,
            Key: controlKey('BREAKER'),
            ConditionExpression: 'since = :since',
            ExpressionAttributeValues: { ':since': since },
          }),
        );
      } catch (error) {
        // Another breaker by now, or none: nothing of this one is left to close.
        if (!conditionFailed(error)) throw error;
      }
    },
  } satisfies Partial<Control>;
}

const dayTtl = (day: string): number => Math.floor((Date.parse(day) + DAYS_KEPT_MS) / 1000);

function dayRows(update: Update) {
  return {
    reserve: (day, mails, ceiling) => {
      const noneYet = 'attribute_not_exists(#sent)';
      const fits = '#sent <= :room';
      return mails > ceiling
        ? Promise.resolve(false)
        : update({
            Key: controlKey(`${DAY}${day}`),
            UpdateExpression:
              'SET ceiling = if_not_exists(ceiling, :ceiling), #ttl = :ttl ADD #sent :mails',
            ConditionExpression: `${noneYet} OR ${fits}`,
            ExpressionAttributeNames: { '#sent': 'sent', '#ttl': 'ttl' },
            ExpressionAttributeValues: {
              ':ceiling': ceiling,
              ':mails': mails,
              ':room': ceiling - mails,
              ':ttl': dayTtl(day),
            },
          });
    },
    count: async (day, what) => {
      await update({
        Key: controlKey(`${DAY}${day}`),
        UpdateExpression: 'SET #ttl = :ttl ADD #what :one',
        ExpressionAttributeNames: { '#what': what, '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': 1, ':ttl': dayTtl(day) },
      });
    },
  } satisfies Partial<Control>;
}

/** A month of small rows: one page, one read unit. Eventually consistent: the cache is older anyway. */
async function read(client: DocumentClient, stateTable: string): Promise<ControlState> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: stateTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': controlKey('PAUSE').pk },
    }),
  );
  const state: ControlState = { paused: [], days: [] };
  for (const { sk, ...item } of Items) {
    if (sk === 'PAUSE') state.paused = [...((item.journeys as Set<string>) ?? [])].sort();
    if (sk === 'BREAKER')
      state.breaker = {
        code: String(item.code),
        since: Number(item.since),
        probeAt: Number(item.probeAt),
      };
    if (String(sk).startsWith(DAY))
      state.days.push({
        day: String(sk).slice(DAY.length),
        sent: Number(item.sent ?? 0),
        bounces: Number(item.bounces ?? 0),
        complaints: Number(item.complaints ?? 0),
        ...(item.ceiling !== undefined && { ceiling: Number(item.ceiling) }),
      });
  }
  return state;
}
