import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { DRAFT_BYTES_MAX, dynamoDrafts } from '../../functions/adapters/dynamodb/drafts.ts';
import { dynamoReleases, PUBLISHED_MAILS_MAX } from '../../functions/adapters/dynamodb/releases.ts';
import { memoryDrafts } from '../../functions/adapters/memory/drafts.ts';
import { memoryReleases } from '../../functions/adapters/memory/releases.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { mail, thanks } from '../builders/releases.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { draftsSuite } from './drafts.suite.ts';
import { releasesSuite } from './releases.suite.ts';

const now = () => 1_700_000_000_000;

async function loseParts(client: DocumentClient, state: string): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: state }));
  for (const { pk, sk } of Items.filter((item) => item['sk'] === 'PART')) {
    await client.send(new DeleteCommand({ TableName: state, Key: { pk, sk } }));
  }
}

releasesSuite('memory', async () => {
  const store = memoryReleases();
  return { store, loseParts: async () => store.parts.clear() };
});
draftsSuite('memory', async () => memoryDrafts());

releasesSuite('tiny DynamoDB', async () => {
  const { client } = new TinyDynamo();
  return { store: dynamoReleases(client, 'state'), loseParts: () => loseParts(client, 'state') };
});
draftsSuite('tiny DynamoDB', async () => dynamoDrafts(new TinyDynamo().client, 'state', now));

const dynoxide = await startDynoxide();
afterAll(() => dynoxide.stop());
const documents = DynamoDBDocumentClient.from(dynoxide.client);
releasesSuite('DynamoDB', async () => {
  const { state } = await createTables(dynoxide.client);
  return { store: dynamoReleases(documents, state), loseParts: () => loseParts(documents, state) };
});
draftsSuite('DynamoDB', async () => {
  const { state } = await createTables(dynoxide.client);
  return dynamoDrafts(documents, state, now);
});

/** A wire on which a test decides what becomes of each command. */
const onWire = (tiny: TinyDynamo, send: (command: object) => Promise<unknown>): DocumentClient =>
  ({ send: (command: object) => send(command) ?? tiny.send(command) }) as unknown as DocumentClient;

describe('a publication', () => {
  it('is seen whole or not at all, wherever its publisher crashes', async () => {
    for (let crashAt = 0; ; crashAt += 1) {
      const tiny = new TinyDynamo();
      const before = dynamoReleases(tiny.client, 'state');
      const was = (await before.publish(undefined, thanks('old', 1))) as { published: never };
      let writes = 0;
      const client = onWire(tiny, async (command) => {
        const isWrite = command instanceof PutCommand || command instanceof TransactWriteCommand;
        if (isWrite) writes += 1;
        if (isWrite && writes > crashAt) throw new Error('crashed');
        return tiny.send(command);
      });
      const publishing = dynamoReleases(client, 'state').publish(
        was.published,
        thanks('new', 2, { text: 'New.', steps: ['thank-you'] }),
      );
      const crashed = await publishing.then(
        () => false,
        () => true,
      );
      const current = await before.current();
      expect(current?.release).toBe(crashed ? 'old' : 'new');
      expect((await before.head(current!)).release).toBe(current?.release);
      expect(Object.keys((await before.steps())['thanks']!)).toHaveLength(crashed ? 2 : 1);
      expect(await before.history()).toHaveLength(crashed ? 1 : 2);
      if (!crashed) break;
    }
  });

  it('writes its parts before the pointer, and those that are there not again', async () => {
    const tiny = new TinyDynamo();
    const store = dynamoReleases(tiny.client, 'state');
    await store.publish(undefined, thanks('one', 1));
    const puts = tiny.calls.get('PutCommand') ?? 0;
    // A head, two mails, the files and the steps.
    expect(puts).toBe(5);
    await store.publish(await store.current(), thanks('two', 2, { text: 'Two.' }));
    // One mail, the files, and the steps, whose names no publication holds.
    expect(tiny.calls.get('PutCommand')).toBe(puts + 3);
  });

  it('takes its own write for its own when only the answer was lost', async () => {
    const tiny = new TinyDynamo();
    const client = onWire(tiny, async (command) => {
      const answer = await tiny.send(command);
      // The SDK repeats the call, and meets what it stored itself.
      return command instanceof TransactWriteCommand ? tiny.send(command) : answer;
    });
    const store = dynamoReleases(client, 'state');
    expect(await store.publish(undefined, thanks('one', 1))).toHaveProperty('published');
    expect(await store.publish(await store.current(), thanks('two', 2))).toHaveProperty(
      'published.version',
      2,
    );
  });

  it('takes it for its own even if somebody published on top before the repeat', async () => {
    const tiny = new TinyDynamo();
    const other = dynamoReleases(tiny.client, 'state');
    const client = onWire(tiny, async (command) => {
      const answer = await tiny.send(command);
      if (!(command instanceof TransactWriteCommand)) return answer;
      await other.publish(await other.current(), thanks('theirs', 3));
      return tiny.send(command);
    });
    const outcome = await dynamoReleases(client, 'state').publish(undefined, thanks('mine', 1));
    expect(outcome).toHaveProperty('published.release', 'mine');
    expect((await other.history()).map(({ release }) => release)).toEqual(['theirs', 'mine']);
  });

  it('is refused with more mails than its row can name', async () => {
    const { content, ...next } = thanks('many', 1);
    const ids = Array.from({ length: PUBLISHED_MAILS_MAX + 1 }, (_, n) => `thanks/mail-${n}`);
    const templates = Object.fromEntries(ids.map((id) => [id, mail(id, id)]));
    const store = dynamoReleases(new TinyDynamo().client, 'state');
    await expect(
      store.publish(undefined, { ...next, content: { ...content, templates } }),
    ).rejects.toMatchObject({ code: 'release-too-large' });
  });
});

describe('a draft', () => {
  const draft = { path: 'a.mjml', text: 'text', author: 'Ada', at: 1 };

  it('takes its own save for its own when only the answer was lost', async () => {
    const tiny = new TinyDynamo();
    const client = onWire(tiny, async (command) => {
      const answer = await tiny.send(command);
      return command instanceof UpdateCommand ? tiny.send(command) : answer;
    });
    const store = dynamoDrafts(client, 'state', now);
    expect(await store.save(draft, 0)).toEqual({ saved: { ...draft, version: 1 } });
    expect(await store.save(draft, 1)).toEqual({ saved: { ...draft, version: 2 } });
    expect(await store.remove('a.mjml', 2)).toBe('removed');
  });

  it('is refused when it is larger than a row may be', async () => {
    const store = dynamoDrafts(new TinyDynamo().client, 'state', now);
    const text = 'x'.repeat(DRAFT_BYTES_MAX + 1);
    await expect(store.save({ ...draft, text }, 0)).rejects.toMatchObject({
      code: 'draft-too-large',
    });
  });
});
