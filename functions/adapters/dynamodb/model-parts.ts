/** A model as pieces that fit into items of DynamoDB: deflated JSON, cut, each named by its content. */
import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PerennialError } from '../../contract/errors.ts';

export type Part = { hash: string; bytes: Uint8Array };

/** An item ends at 400 KB, its keys and attributes included. */
export const PART_BYTES_MAX = 350 * 1024;
/**
 * Tables of 50,000 products are 5 MB as JSON; ten times that would fill a function's memory, and is a fault
 * of whoever made them.
 */
export const MODEL_BYTES_MAX = 50 * 1024 * 1024;
/** Deflated halves at worst; so many parts are 22 MB, and their names 1.5 KB of the pointer. */
export const PARTS_MAX = 64;
/** 128 bits, as in all ids. */
const HASH_CHARS = 22;

const nameOf = (bytes: Uint8Array): string =>
  hash('sha256', bytes, 'base64url').slice(0, HASH_CHARS);

/** Throws `model-too-large` for what readers could not hold. */
export function cut(value: unknown): Part[] {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  const packed = json.length > MODEL_BYTES_MAX ? json : deflateRawSync(json);
  const count = Math.ceil(packed.length / PART_BYTES_MAX);
  if (json.length > MODEL_BYTES_MAX || count > PARTS_MAX) {
    throw new PerennialError(
      'model-too-large',
      `model: got ${json.length} bytes of JSON, ${count} parts, wanted at most ${MODEL_BYTES_MAX} ` +
        `and ${PARTS_MAX}; it is not published, the one before stays in use.`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const bytes = packed.subarray(index * PART_BYTES_MAX, (index + 1) * PART_BYTES_MAX);
    return { hash: nameOf(bytes), bytes };
  });
}

/** What `cut` was given. Throws `model-part-wrong` when a piece is not what its name says. */
export function joined(parts: readonly Part[]): unknown {
  for (const { hash: name, bytes } of parts) {
    if (nameOf(bytes) === name) continue;
    throw new PerennialError(
      'model-part-wrong',
      `part ${name} of a model: its bytes have another hash; the next night publishes a whole one.`,
    );
  }
  const packed = Buffer.concat(parts.map(({ bytes }) => bytes));
  const json = inflateRawSync(packed, { maxOutputLength: MODEL_BYTES_MAX });
  return JSON.parse(json.toString('utf8'));
}
