/** A studio over the shipped templates, and what a browser sends to it. */
import { readTemplates, type TemplateFiles } from '../../../infra/templates/files.ts';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { stages } from '../../../infra/config.ts';
import { checkStage } from '../../../infra/stage-config.ts';
import { studioApp } from '../../../infra/studio/app.tsx';
import type { StudioDeps } from '../../../infra/studio/deps.ts';
import { memoryWorkspace } from '../../../infra/studio/workspace.ts';

export const ORIGIN = 'http://localhost:4000';
const HOST = { host: 'localhost:4000' };

export const shippedFiles = (): TemplateFiles => readTemplates(TEMPLATES_DIR);

export const studioDeps = (over: Partial<StudioDeps> = {}): StudioDeps => ({
  workspace: memoryWorkspace(shippedFiles()),
  settings: checkStage('dev', stages.dev).settings,
  author: 'Ann',
  now: () => Date.UTC(2026, 10, 22, 9),
  /** Seconds of work in a thread; tests that are about findings bring their own. */
  check: async () => ({ findings: [], rendered: 0 }),
  ...over,
});

/** Asks like a browser whose page is open: forms carry the token of that page. */
export function desk(deps: StudioDeps = studioDeps()) {
  const app = studioApp(deps);
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(`${ORIGIN}${path}`, { headers: { ...HOST, ...headers } });
  let known: string | undefined;
  const token = async (): Promise<string> => {
    if (known !== undefined) return known;
    const text = await (await get('/studio/releases')).text();
    known = /name="studio-token" content="([^"]+)"/.exec(text)?.[1] ?? '';
    return known;
  };
  const post = async (
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ) =>
    app.request(`${ORIGIN}${path}`, {
      method: 'POST',
      headers: { ...HOST, origin: ORIGIN, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams({ token: await token(), ...fields }),
    });
  return { app, get, post, token, deps };
}
