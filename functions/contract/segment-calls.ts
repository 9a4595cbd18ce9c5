/** Paths of Segment's HTTP API below /v1/: whole names, and the letters that its browser and mobile clients use. */
import type { CallName } from './events.ts';

export type CallType = 'batch' | 'track' | CallName;

const CALLS: { readonly [path: string]: CallType } = {
  batch: 'batch',
  track: 'track',
  identify: 'identify',
  alias: 'alias',
  group: 'group',
  page: 'page',
  screen: 'screen',
  b: 'batch',
  t: 'track',
  i: 'identify',
  a: 'alias',
  g: 'group',
  p: 'page',
  s: 'screen',
};

/** What a path calls; `undefined` for any other. A proxy may have put a path of its own before it. */
export function callOfPath(path: string): CallType | undefined {
  const name = /\/v1\/([a-z]+)$/.exec(path)?.[1] ?? '';
  return Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
}
