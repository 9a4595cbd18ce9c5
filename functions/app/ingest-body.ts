/** The body of a request: bytes -> JSON, within limits, whatever the sender calls it. */
import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { BATCH_BYTES_MAX } from '../contract/events.ts';

export type Body =
  | { ok: true; json: { [key: string]: unknown } }
  | { ok: false; status: 400 | 413 };

/** Gzip is known by its first two bytes: some clients leave out the header, some proxies leave it in. */
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * A JSON object of at most 500 KB, gzip or not. The content type is not asked: RudderStack's client sends
 * JSON as a form, browsers send it as plain text so as not to need a preflight.
 */
export function readRequestBody(bytes: Buffer): Body {
  if (bytes.length > BATCH_BYTES_MAX) return { ok: false, status: 413 };
  const plain = isGzip(bytes) ? gunzip(bytes) : bytes;
  if (plain === 'too-large') return { ok: false, status: 413 };
  if (plain === 'unreadable') return { ok: false, status: 400 };
  // Read leniently, a name in another encoding would be kept as black diamonds.
  if (!isUtf8(plain)) return UNREADABLE;
  try {
    const json: unknown = JSON.parse(plain.toString('utf8').replace(/^\uFEFF/, ''));
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? { ok: true, json: json as { [key: string]: unknown } } : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE: Body = { ok: false, status: 400 };

/** Unpacks no more than a batch may be: a few KB can unpack to gigabytes. */
function gunzip(bytes: Buffer): Buffer | 'too-large' | 'unreadable' {
  try {
    return gunzipSync(bytes, { maxOutputLength: BATCH_BYTES_MAX });
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unreadable';
  }
}
