/** Journeys and their mails: where everybody begins. */
import type { Hono } from 'hono';
import type { StudioDeps } from '../deps.ts';
import { page } from '../layout.tsx';
import type { StudioEnv } from '../security.ts';

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  app.get('/studio', (c) => page(c, deps, { title: 'Mails', current: 'mails' }, <h1>Mails</h1>));
}
