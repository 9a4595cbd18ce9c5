/**
 * The packed part of a customer item. DynamoDB bills writes by the kilobyte, and facts are JSON whose keys
 * repeat from customer to customer: deflated against a preset dictionary of them they take about a third.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PerennialError } from '../../contract/errors.ts';
import { DICTIONARIES } from './state-dictionary.ts';

/** The newest dictionary writes; every older one can still be read. Its number is the first byte. */
const NEWEST = DICTIONARIES.length;
/** An item is at most 400 KB; limits in the kernel keep it near 1 KB, so this is a broken row. */
const UNPACKED_BYTES_MAX = 4 * 1024 * 1024;

/** Deflated bytes, or plain JSON text where that is smaller (a customer with next to no facts). */
export function pack(data: unknown): string | Uint8Array {
  const json = JSON.stringify(data);
  const body = deflateRawSync(json, { level: 9, dictionary: dictionary(NEWEST) });
  return body.length + 1 < Buffer.byteLength(json)
    ? Buffer.concat([Buffer.of(NEWEST), body])
    : json;
}

/** What `pack` made, with any dictionary that was ever used. */
export function unpack(packed: string | Uint8Array): unknown {
  if (typeof packed === 'string') return JSON.parse(packed);
  const body = inflateRawSync(packed.subarray(1), {
    dictionary: dictionary(packed[0] ?? 0),
    maxOutputLength: UNPACKED_BYTES_MAX,
  });
  return JSON.parse(body.toString('utf8'));
}

const bytes = DICTIONARIES.map((text) => Buffer.from(text, 'utf8'));

function dictionary(version: number): Buffer {
  const known = bytes[version - 1];
  if (known === undefined) {
    throw new PerennialError(
      'unknown-dictionary',
      `customer item: got dictionary ${version}, wanted 1 to ${NEWEST}; a newer release wrote it, deploy that one.`,
    );
  }
  return known;
}
