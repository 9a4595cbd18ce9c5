/** Lines of files as people have them: gzip or not, with or without BOM, any line end. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes, unpacked where they begin with gzip's mark. */
export async function* unpacked(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const head = Buffer.from(first.value as Uint8Array);
  const whole = async function* () {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      yield Buffer.from(next.value as Uint8Array);
    }
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole();
  const gunzip = createGunzip();
  // An error of either side ends the other, and the reader below throws it.
  pipeline(Readable.from(whole()), gunzip, () => {});
  yield* gunzip;
}

/** Lines without their ends; the last may lack one. */
export async function* lines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder(); // drops a BOM
  let left = '';
  for await (const chunk of unpacked(stream)) {
    const parts = (left + decoder.decode(chunk, { stream: true })).split('\n');
    left = parts.pop() ?? '';
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  left += decoder.decode();
  if (left !== '') yield left;
}
