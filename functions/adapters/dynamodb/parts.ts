/**
 * Values that may be larger than an item: models, tables of products, releases. They are stored as deflated
 * JSON, cut into pieces that fit, each named by its content; whoever names the pieces moves last.
 */
import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { eachLimited } from '../../app/each-limited.ts';
import { PerennialError } from '../../contract/errors.ts';
import type { Key } from '../../contract/keys.ts';
import { TTL_ATTRIBUTE } from '../../contract/retention.ts';
import type { Instant } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';

export type Part = { hash: string; bytes: Uint8Array };

/** What the pieces belong to. Codes of errors begin with its name: `model-part-missing`. */
export type PartKind = {
  name: string;
  /** What to do where a piece is missing or wrong. */
  cure: string;
  key(hash: string): Key;
  /** End of a piece's life, written anew with each publication that names it; without it, none. */
  ttl?(at: Instant): number;
};

/** An item ends at 400 KB, its keys and attributes included. */
export const PART_BYTES_MAX = 350 * 1024;
/**
 * Tables of 50,000 products are 5 MB as JSON, a release of a hundred mails as much; ten times that would fill
 * a function's memory, and is a fault of whoever made them.
 */
export const VALUE_BYTES_MAX = 50 * 1024 * 1024;
/** Deflated halves at worst; so many parts are 22 MB, and their names 1.5 KB of the pointer. */
export const PARTS_MAX = 64;
/** 128 bits, as in all ids. */
const HASH_CHARS = 22;
/** Parts on the way at once: four of 350 KB are 1.4 MB of a function's memory. */
const PARTS_AT_ONCE = 4;

const nameOf = (bytes: Uint8Array): string =>
  hash('sha256', bytes, 'base64url').slice(0, HASH_CHARS);

/** Throws `<kind>-too-large` for what readers could not hold. */
export function cut(value: unknown, kind: Pick<PartKind, 'name'>): Part[] {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const packed = json.length > VALUE_BYTES_MAX ? json : deflateRawSync(json);
  const count = Math.ceil(packed.length / PART_BYTES_MAX);
  if (json.length > VALUE_BYTES_MAX || count > PARTS_MAX) {
    throw new PerennialError(
      `${kind.name}-too-large`,
      `${kind.name}: got ${json.length} bytes of JSON, ${count} parts, wanted at most ${VALUE_BYTES_MAX} ` +
        `and ${PARTS_MAX}; it is not published, the one before stays in use.`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const bytes = packed.subarray(index * PART_BYTES_MAX, (index + 1) * PART_BYTES_MAX);
    return { hash: nameOf(bytes), bytes };
  });
}

/** What `cut` was given. Throws `<kind>-part-wrong` when a piece is not what its name says. */
export function joined(parts: readonly Part[], { name: kind, cure }: Omit<PartKind, 'key'>) {
  for (const { hash: name, bytes } of parts) {
    if (nameOf(bytes) === name) continue;
    throw new PerennialError(
      `${kind}-part-wrong`,
      `part ${name} of a ${kind}: its bytes have another hash; ${cure}.`,
    );
  }
  const packed = Buffer.concat(parts.map(({ bytes }) => bytes));
  const json = inflateRawSync(packed, { maxOutputLength: VALUE_BYTES_MAX });
  return JSON.parse(json.toString('utf8')) as unknown;
}

export type PartStore = {
  /** All of them are stored when it resolves. Content that is there already is written again: its life too. */
  put(parts: readonly Part[], at: Instant): Promise<void>;
  /**
   * The value that was cut into these. Eventually consistent: a part that is not there yet is a failed look,
   * and the next one finds it. Throws `<kind>-part-missing`.
   */
  read(hashes: readonly string[]): Promise<unknown>;
};

export function partStore(client: DocumentClient, stateTable: string, kind: PartKind): PartStore {
  const put = async ({ hash: name, bytes }: Part, at: Instant): Promise<void> => {
    const life = kind.ttl && { [TTL_ATTRIBUTE]: kind.ttl(at) };
    const Item = { ...kind.key(name), bytes, ...life };
    await client.send(new PutCommand({ TableName: stateTable, Item }));
  };
  const get = async (name: string): Promise<Part> => {
    const Key = kind.key(name);
    const { Item } = await client.send(new GetCommand({ TableName: stateTable, Key }));
    if (Item) return { hash: name, bytes: Item['bytes'] as Uint8Array };
    throw new PerennialError(
      `${kind.name}-part-missing`,
      `part ${name} of a ${kind.name}: got none, wanted its bytes; ${kind.cure}.`,
    );
  };
  return {
    put: (parts, at) => eachLimited([...parts], PARTS_AT_ONCE, (part) => put(part, at)),
    read: async (hashes) => {
      const found = new Map<string, Part>();
      await eachLimited([...new Set(hashes)], PARTS_AT_ONCE, async (name) => {
        found.set(name, await get(name));
      });
      return joined(
        hashes.map((name) => found.get(name) as Part),
        kind,
      );
    },
  };
}
