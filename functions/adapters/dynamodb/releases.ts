/**
 * Published releases. Parts first, by content, then pointer and history in one conditional transaction: a
 * reader sees the whole of one release or the whole of another, and a publisher that crashed leaves only
 * parts that nobody names.
 */
import { randomUUID } from 'node:crypto';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { PerennialError } from '../../contract/errors.ts';
import {
  type Key,
  PUBLICATIONS,
  publicationKey,
  RELEASES,
  releasePartKey,
  releasePointerKey,
} from '../../contract/keys.ts';
import type {
  NewPublication,
  Publication,
  ReleaseContents,
  ReleaseHead,
  ReleaseStore,
  Seen,
  SourceFiles,
  StepRegistry,
} from '../../contract/publishing.ts';
import type { CompiledTemplate } from '../../contract/release.ts';
import { cancelledBy, type DocumentClient, isConflict, ownWrite } from './client.ts';
import { queryPages } from './pages.ts';
import { cut, type Part, type PartKind, type PartStore, partStore } from './parts.ts';

const RELEASE: PartKind = {
  name: 'release',
  cure: 'publish the files again, or roll back to a whole release',
  key: releasePartKey,
};

/**
 * Mails of one release: so many pieces name themselves in 100 KB, of the 400 that an item may have, and each
 * look reads them.
 */
export const PUBLISHED_MAILS_MAX = 1_000;
const POINTER = releasePointerKey();
/** Rows that a page of the history asks for; a row with thirty mails has 2 KB. */
const PAGE_ROWS = 100;

type At = { client: DocumentClient; stateTable: string };
/** The pointer, as it lies there: a publication, and the steps that were ever published until it. */
type Pointer = Publication & { steps: string[]; opId: string };

/** Name and address of the shop, for pages: no history, no mails. */
export function dynamoReleaseHeads(
  client: DocumentClient,
  stateTable: string,
): Pick<ReleaseStore, 'look' | 'head'> {
  const parts = partStore(client, stateTable, RELEASE);
  return {
    look: async () => publicationOf(await readRow({ client, stateTable }, POINTER, false)),
    // Without the release's own name: releases whose journeys are the same share their head.
    head: async ({ release, contents }) => ({
      ...((await parts.read(contents.head)) as Omit<ReleaseHead, 'release'>),
      release,
    }),
  };
}

/** For those who decide and deliver. */
export function dynamoReleaseReader(
  client: DocumentClient,
  stateTable: string,
): Pick<ReleaseStore, 'look' | 'head' | 'seenSince' | 'version' | 'template'> {
  const at = { client, stateTable };
  const parts = partStore(client, stateTable, RELEASE);
  return {
    ...dynamoReleaseHeads(client, stateTable),
    seenSince: (moment) => readSeen(at, moment),
    version: async (version) => publicationOf(await readRow(at, publicationKey(version), false)),
    template: async ({ contents }, id) => {
      const pieces = contents.templates[id];
      return pieces && ((await parts.read(pieces)) as CompiledTemplate);
    },
  };
}

/** For those who publish, and look back. */
export function dynamoReleases(
  client: DocumentClient,
  stateTable: string,
  newOpId: () => string = randomUUID,
): ReleaseStore {
  const at = { client, stateTable };
  const parts = partStore(client, stateTable, RELEASE);
  const current = async () => publicationOf(await readRow(at, POINTER, true));
  return {
    ...dynamoReleaseReader(client, stateTable),
    current,
    history: (limit) => readHistory(at, limit),
    steps: async () => {
      const pointer = (await readRow(at, POINTER, true)) as Pointer | undefined;
      return pointer ? ((await parts.read(pointer.steps)) as StepRegistry) : {};
    },
    files: async ({ contents: { files } }) =>
      files.length > 0 ? ((await parts.read(files)) as SourceFiles) : undefined,
    publish: async (was, next) => {
      const outcome = await publish(at, parts, was, next, newOpId());
      if (outcome) return { published: outcome };
      const overtaken = await current();
      if (overtaken) return { overtaken };
      throw new PerennialError(
        'publication-unclear',
        'publication: refused, and yet there is none; publish again.',
      );
    },
  };
}

/** What was published; undefined where somebody else was first. */
async function publish(
  at: At,
  parts: PartStore,
  was: Publication | undefined,
  { content, steps, ...told }: NewPublication,
  opId: string,
): Promise<Publication | undefined> {
  const pieces = 'contents' in content ? kept(content.contents) : cutAll(content);
  const registry = cut(steps, RELEASE);
  // What the publication before names is there: nothing ever takes parts away.
  const known = new Set(was ? hashesOf(was.contents) : []);
  const fresh = [...pieces.parts, ...registry].filter(({ hash }) => !known.has(hash));
  await parts.put(fresh, told.at);
  const { contents } = pieces;
  const published: Publication = { ...told, version: (was?.version ?? 0) + 1, contents };
  const isOurs = await move(at, was, { ...published, opId }, namesOf(registry));
  return isOurs ? published : undefined;
}

const namesOf = (parts: readonly Part[]): string[] => parts.map(({ hash }) => hash);
const hashesOf = ({ head, templates, files }: ReleaseContents): string[] => [
  ...head,
  ...Object.values(templates).flat(),
  ...files,
];
const kept = (contents: ReleaseContents) => ({ contents, parts: [] as Part[] });

type Content = Extract<NewPublication['content'], { head: ReleaseHead }>;

function cutAll({ head, templates, files }: Content) {
  const { release: _, ...shared } = head;
  const mails = Object.keys(templates).length;
  if (mails > PUBLISHED_MAILS_MAX) {
    throw new PerennialError(
      'release-too-large',
      `release: got ${mails} mails, wanted at most ${PUBLISHED_MAILS_MAX}; take out what no journey sends.`,
    );
  }
  const parts: Part[] = [];
  const cutOne = (value: unknown): string[] => {
    const pieces = cut(value, RELEASE);
    parts.push(...pieces);
    return namesOf(pieces);
  };
  const contents: ReleaseContents = {
    head: cutOne(shared),
    templates: Object.fromEntries(
      Object.entries(templates).map(([id, template]) => [id, cutOne(template)]),
    ),
    files: Object.keys(files).length > 0 ? cutOne(files) : [],
  };
  return { contents, parts };
}

async function readRow(
  { client, stateTable }: At,
  Key: Key,
  ConsistentRead: boolean,
): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: stateTable, Key, ConsistentRead }),
  );
  return Item;
}

type Item = Record<string, unknown>;

/** A row without its keys and without what only the store itself needs. */
function publicationOf(row: Item | undefined): Publication | undefined {
  if (!row) return undefined;
  const { pk: _pk, sk: _sk, opId: _opId, steps: _steps, ...publication } = row;
  return publication as Publication;
}

/**
 * True when the publication is ours now. A repeat by the SDK, whose first answer was lost, meets its own
 * rows; and if somebody published on top of it in between, the row of the history still is our own.
 */
async function move(
  { client, stateTable }: At,
  was: Publication | undefined,
  row: Publication & { opId: string },
  steps: string[],
): Promise<boolean> {
  const put = (key: Key, more: object, condition: object) => ({
    Put: {
      TableName: stateTable,
      Item: { ...key, ...row, ...more },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      ...condition,
    },
  });
  const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
  const isStill = was && {
    ConditionExpression: '#version = :was',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':was': was.version },
  };
  try {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          put(POINTER, { steps }, isStill ?? isNew),
          put(publicationKey(row.version), {}, isNew),
        ],
      }),
    );
    return true;
  } catch (error) {
    const [pointer, history] = cancelledBy(error) ?? [];
    if ([pointer, history].some((part) => part?.code === 'ConditionalCheckFailed')) {
      return ownWrite(pointer?.item, row.opId) || ownWrite(history?.item, row.opId);
    }
    if (isConflict(error)) return false;
    throw error;
  }
}

/** Rows of the history, newest first, page by page. */
const newestFirst = (
  { client, stateTable }: At,
  more: { Limit: number; ProjectionExpression?: string },
  names: { [name: string]: string } = {},
) =>
  queryPages(client, {
    TableName: stateTable,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :rows)',
    ExpressionAttributeValues: { ':pk': RELEASES, ':rows': PUBLICATIONS },
    ...(more.ProjectionExpression && { ExpressionAttributeNames: names }),
    ScanIndexForward: false,
    ConsistentRead: true,
    ...more,
  });

async function readHistory(at: At, limit = Number.POSITIVE_INFINITY): Promise<Publication[]> {
  const found: Publication[] = [];
  for await (const rows of newestFirst(at, { Limit: Math.min(PAGE_ROWS, limit) })) {
    for (const row of rows) found.push(publicationOf(row) as Publication);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** Only what is asked for travels: a season of a busy shop is a thousand rows. */
async function readSeen(at: At, moment: number): Promise<Seen[]> {
  const wanted = { Limit: PAGE_ROWS, ProjectionExpression: '#v, #r, #a, #w, #c.#h' };
  const names = {
    '#v': 'version',
    '#r': 'release',
    '#a': 'at',
    '#w': 'withdrawn',
    '#c': 'contents',
    '#h': 'head',
  };
  const found: Seen[] = [];
  for await (const rows of newestFirst(at, wanted, names)) {
    for (const row of rows) {
      found.push(seenOf(row as Publication));
      // It was current until the one after it: the last one that counts.
      if ((row as Publication).at <= moment) return found;
    }
  }
  return found;
}

const seenOf = ({ version, release, at, withdrawn, contents: { head } }: Publication): Seen => ({
  version,
  release,
  at,
  ...(withdrawn && { withdrawn }),
  contents: { head },
});
