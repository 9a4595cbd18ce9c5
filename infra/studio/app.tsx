/** All pages of the studio, below /studio; alone or behind the start page of a local run. */
import { Hono } from 'hono';
import { assetAt } from './assets.ts';
import type { StudioDeps } from './deps.ts';
import { routes as files } from './files/routes.tsx';
import { routes as journeys } from './journeys/routes.tsx';
import { routes as list } from './list/routes.tsx';
import { routes as mail } from './mail/routes.tsx';
import { formOf, routes as releases } from './releases/routes.tsx';
import { saveFile } from './save.tsx';
import { guard, type StudioEnv } from './security.ts';
import { routes as testMail } from './test-mail/routes.tsx';
import { routes as words } from './words/routes.tsx';
import { NoTemplateFile } from './workspace.ts';

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
  app.post('/studio/save', async (c) => {
    const { path = '', text = '', was = '', back = '' } = await formOf(c);
    return saveFile(c, deps, { path, text, was, back });
  });
  app.onError((error, c) => {
    if (error instanceof NoTemplateFile) return c.text(error.message, 400);
    throw error;
  });
  list(app, deps);
  files(app, deps);
  releases(app, deps);
  mail(app, deps);
  testMail(app, deps);
  words(app, deps);
  journeys(app, deps);
  return app;
}
