/** A journey as a graph. */
import type { Hono } from 'hono';
import type { StudioDeps } from '../deps.ts';
import type { StudioEnv } from '../security.ts';

export function routes(_app: Hono<StudioEnv>, _deps: StudioDeps): void {}
