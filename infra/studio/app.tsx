/** All pages of the studio, below /studio; alone or behind the start page of a local run. */
import { Hono } from 'hono';
import { assetAt } from './assets.ts';
import type { StudioDeps } from './deps.ts';
import { routes as journeys } from './journeys/routes.tsx';
import { routes as list } from './list/routes.tsx';
import { routes as mail } from './mail/routes.tsx';
import { guard, type StudioEnv } from './security.ts';
import { routes as words } from './words/routes.tsx';

/** A name with the hash of its content never means anything else. */
const FOREVER = 'public, max-age=31536000, immutable';

export function studioApp(deps: StudioDeps): Hono<StudioEnv> {
  const app = new Hono<StudioEnv>();
  app.use('/studio/*', ...guard());
  app.get('/studio/assets/:name', async (c) => {
    const wanted = await assetAt(c.req.path);
    if (!wanted) return c.notFound();
    return c.body(wanted.body, 200, { 'content-type': wanted.type, 'cache-control': FOREVER });
  });
  list(app, deps);
  mail(app, deps);
  words(app, deps);
  journeys(app, deps);
  return app;
}
