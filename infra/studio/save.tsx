/** One way to save a file from a form, for all pages: the page again, or both texts beside each other. */
import type { SavedFile, StudioDeps } from './deps.ts';
import { page } from './layout.tsx';
import type { StudioContext } from './security.ts';

/** As a form gives it: `was` empty for a new file, `back` where to go on. */
export type Edit = { path: string; text: string; was: string; back: string };

/** Browsers end the lines of a form with CR and LF; files end them with LF, and the last one too. */
export const asFile = (text: string): string => {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
};

/** Saves, and goes back; or shows the conflict, which works without JavaScript. */
export async function saveFile(c: StudioContext, deps: StudioDeps, edit: Edit): Promise<Response> {
  const text = asFile(edit.text);
  const was = edit.was === '' ? undefined : edit.was;
  const outcome = await deps.workspace.save(edit.path, text, was, deps.author);
  if ('saved' in outcome) return c.redirect(edit.back, 303);
  return conflictPage(c, deps, { ...edit, text }, outcome.conflict);
}

function conflictPage(
  c: StudioContext,
  deps: StudioDeps,
  edit: Edit,
  theirs: SavedFile,
): Response | Promise<Response> {
  c.status(409);
  return page(
    c,
    deps,
    { title: 'Somebody else saved', current: 'mails' },
    <>
      <h1>Somebody else saved {edit.path}</h1>
      <pre>{theirs.text}</pre>
      <pre>{edit.text}</pre>
    </>,
  );
}
