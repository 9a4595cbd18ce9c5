/**
 * Files that were changed and not published yet, one row each. A removed draft leaves its version behind, so
 * that an editor who still shows it never writes over what somebody began anew.
 */
import { randomUUID } from 'node:crypto';
import { GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { PerennialError } from '../../contract/errors.ts';
import { DRAFTS, draftKey } from '../../contract/keys.ts';
import type { Draft, DraftStore } from '../../contract/publishing.ts';
import { removedDraftTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import type { Instant } from '../../contract/time.ts';
import { conditionFailed, type DocumentClient, ownWrite } from './client.ts';
import { partitionPages } from './pages.ts';

/** An item ends at 400 KB; a mail of 90 KB is written in a few. */
export const DRAFT_BYTES_MAX = 350 * 1024;

type Row = Draft & { opId: string; removed?: true };

export function dynamoDrafts(
  client: DocumentClient,
  stateTable: string,
  now: () => Instant,
  newOpId: () => string = randomUUID,
): DraftStore {
  const change: Change = (path, input) =>
    update(client, { TableName: stateTable, Key: draftKey(path), ...input });
  return {
    list: () => readAll(client, stateTable),
    read: async (path) => {
      const Key = draftKey(path);
      const { Item } = await client.send(
        new GetCommand({ TableName: stateTable, Key, ConsistentRead: true }),
      );
      return draftOf(Item);
    },
    save: (draft, was) => save(change, draft, was, newOpId()),
    remove: async (path, was) => {
      const written = await change(path, {
        UpdateExpression: 'SET removed = :yes, #ttl = :ttl REMOVE #text',
        ConditionExpression: IS_STILL,
        ExpressionAttributeNames: { '#version': 'version', '#ttl': TTL_ATTRIBUTE, '#text': 'text' },
        ExpressionAttributeValues: { ':yes': true, ':was': was, ':ttl': removedDraftTtl(now()) },
      });
      // Gone is gone, whoever did it, and if it was our own repeated call.
      return written.ok || !draftOf(written.row) ? 'removed' : 'changed';
    },
  };
}

type Change = (
  path: string,
  input: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
) => Promise<Written>;

const IS_STILL = '#version = :was AND attribute_not_exists(removed)';
const IS_NONE = 'attribute_not_exists(pk) OR removed = :yes';

async function readAll(client: DocumentClient, stateTable: string): Promise<Draft[]> {
  const found: Draft[] = [];
  const pages = partitionPages(client, stateTable, DRAFTS, { ConsistentRead: true });
  for await (const rows of pages) {
    for (const row of rows) {
      const draft = draftOf(row);
      if (draft) found.push(draft);
    }
  }
  return found;
}

async function save(
  change: Change,
  { path, text, author, at }: Omit<Draft, 'version'>,
  was: number,
  opId: string,
): ReturnType<DraftStore['save']> {
  checkSize(path, text);
  const written = await change(path, {
    UpdateExpression:
      'SET #path = :path, #text = :text, author = :author, #at = :at, opId = :op ' +
      'ADD #version :one REMOVE removed, #ttl',
    ConditionExpression: was === 0 ? IS_NONE : IS_STILL,
    ExpressionAttributeNames: {
      '#path': 'path',
      '#text': 'text',
      '#at': 'at',
      '#version': 'version',
      '#ttl': TTL_ATTRIBUTE,
    },
    ExpressionAttributeValues: {
      ':path': path,
      ':text': text,
      ':author': author,
      ':at': at,
      ':op': opId,
      ':one': 1,
      ...(was === 0 ? { ':yes': true } : { ':was': was }),
    },
  });
  const found = draftOf(written.row);
  const ours = written.ok || ownWrite(written.row, opId);
  return found && ours ? { saved: found } : { conflict: found };
}

type Item = Record<string, unknown>;
type Written = { ok: boolean; row: Item | undefined };

/** Writes where the condition holds; `row` is what is there now. */
async function update(client: DocumentClient, input: UpdateCommandInput): Promise<Written> {
  try {
    const { Attributes } = await client.send(
      new UpdateCommand({
        ...input,
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { ok: true, row: Attributes };
  } catch (error) {
    const refused = conditionFailed(error);
    if (!refused) throw error;
    return { ok: false, row: refused.item };
  }
}

function draftOf(row: Item | undefined): Draft | undefined {
  const { path, text, version, author, at, removed } = (row ?? {}) as Partial<Row>;
  if (path === undefined || removed) return undefined;
  return { path, text, version, author, at } as Draft;
}

function checkSize(path: string, text: string | null): void {
  const bytes = Buffer.byteLength(text ?? '');
  if (bytes <= DRAFT_BYTES_MAX) return;
  throw new PerennialError(
    'draft-too-large',
    `${path}: got ${bytes} bytes, wanted at most ${DRAFT_BYTES_MAX}; split it, or keep it in a folder.`,
  );
}
