/** Loads the pages: Node knows `.tsx` only once the hooks are there. */
import type { StudioDeps } from './deps.ts';

/** What answers requests below /studio. */
export type Pages = { fetch(request: Request): Response | Promise<Response> };

export async function loadStudio(deps: StudioDeps): Promise<Pages> {
  await import('./jsx.ts');
  const { studioApp } = await import('./app.tsx');
  return studioApp(deps);
}
