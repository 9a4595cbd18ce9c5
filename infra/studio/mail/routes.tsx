/** The page of one mail, what its editor asks while somebody types, and the frames of its preview. */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import { ABOUT } from '../../../functions/domain/journeys/check-condition.ts';
import { iso } from '../../../functions/contract/time.ts';
import { title } from '../../local/web/words.ts';
import type { Checked, Finding } from '../../templates/checks/index.ts';
import type { TemplateFiles } from '../../templates/files.ts';
import { journeyOf, openTemplates } from '../../templates/open.ts';
import { type CheckFiles, checkInThread } from '../checks.ts';
import type { StudioDeps } from '../deps.ts';
import { page } from '../layout.tsx';
import { FILE_BYTES_MAX } from '../save.tsx';
import type { StudioContext, StudioEnv } from '../security.ts';
import { previewPolicy } from '../security.ts';
import { cardsOf, Meter } from './cards.tsx';
import { asPage, inScheme, newFrames } from './frames.ts';
import { filesAround, inspect } from './inspect.ts';
import { listsOf } from './lists.ts';
import { lookOf } from './look.ts';
import { marksOf } from './marks.ts';
import { MailPage } from './page.tsx';
import { checksRequest, previewRequest, saveRequest } from './requests.ts';
import { isMail, sourcesOf } from './sources.ts';
import type { Boot, ChecksAnswer, PreviewAnswer, SaveAnswer } from './wire.ts';

const PAGE = '/studio/mails/:journey/:mail';

/** Files are asked for with each pause of typing; what others save shows a second later. */
const FILES_FRESH_MS = 1_000;

/** The saved files, read anew when they are older than a second, or were saved from here. */
function savedFiles({ workspace }: StudioDeps) {
  // Real time: the clock of a local run may stand still.
  const now = () => performance.now();
  let known: { at: number; files: Promise<TemplateFiles> } | undefined;
  return {
    read(): Promise<TemplateFiles> {
      if (!known || now() - known.at >= FILES_FRESH_MS) {
        known = { at: now(), files: workspace.files() };
        known.files.catch(() => (known = undefined));
      }
      return known.files;
    },
    forget: () => (known = undefined),
  };
}

type Parts = {
  deps: StudioDeps;
  saved: ReturnType<typeof savedFiles>;
  frames: ReturnType<typeof newFrames>;
  /** In a thread of its own, so that it waits behind no check of all files. */
  check: CheckFiles;
};

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  const parts: Parts = {
    deps,
    saved: savedFiles(deps),
    frames: newFrames(),
    check: deps.check ?? checkInThread(deps.settings),
  };
  app.get(PAGE, (c) => mailPage(c, parts));
  app.post(`${PAGE}/preview`, (c) => preview(c, parts));
  app.post(`${PAGE}/checks`, (c) => checks(c, parts));
  app.post(`${PAGE}/save`, (c) => save(c, parts));
  app.get('/studio/frames/:id', (c) => frame(c, parts));
}

const mailOf = (c: Context) => ({
  journey: c.req.param('journey') ?? '',
  name: c.req.param('mail') ?? '',
});

async function mailPage(c: StudioContext, parts: Parts): Promise<Response> {
  const { journey, name } = mailOf(c);
  const { workspace, settings } = parts.deps;
  parts.saved.forget();
  const files = await parts.saved.read();
  if (!isMail(files, journey, name)) return c.notFound();
  const mail = `${journey}/${name}`;
  const inspected = await inspect(settings, files, { mail, unsaved: {} }, (choices) =>
    lookOf(c.req.query(), choices),
  );
  const open = openTemplates(settings, filesAround(files, journey));
  const trigger = journeyOf(mail, open.journeys)?.trigger;
  const about = { id: journey, about: trigger && ABOUT[trigger] };
  const findings = await findingsSoon(parts.check(files, mail), mail);
  const base = `/studio/mails/${journey}/${name}`;
  const boot: Boot = {
    mail,
    workspace: workspace.name,
    sources: await sourcesOf(workspace, files, journey, name),
    lists: listsOf(files, about, inspected.locales),
    marks: findings ? marksOf(files, findings) : inspected.marks,
    ofText: inspected.marks,
    urls: { preview: `${base}/preview`, checks: `${base}/checks`, save: `${base}/save` },
  };
  const frame = {
    title: `${title(name)} · ${title(journey)}`,
    current: 'mails' as const,
    wide: true,
  };
  const view = { journey, name, settings, inspected, boot, frames: parts.frames };
  return page(c, parts.deps, frame, <MailPage {...view} />);
}

const ofMail = ({ findings }: Checked, mail: string): Finding[] =>
  findings.filter((finding) => finding.mail === undefined || finding.mail === mail);

/** So long the page waits for all checks; its editor asks for them again. */
const PATIENCE_MS = 600;

async function findingsSoon(checking: Promise<Checked>, mail: string) {
  const late = new AbortController();
  // A page without them is better than none; the editor asks again, and tells why.
  const done = checking.catch(() => undefined);
  const enough = delay(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => undefined);
  const checked = await Promise.race([done, enough]);
  late.abort();
  return checked && ofMail(checked, mail);
}

/** The body of a request, or why it is none. */
async function read<T>(c: Context, schema: z.ZodType<T>): Promise<T | Response> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return c.json({ error: `${issue?.path.join('.') ?? ''}: wanted ${issue?.message ?? ''}` }, 400);
}

const msSince = (start: number): number => Math.round(performance.now() - start);

async function preview(c: StudioContext, { deps, saved, frames }: Parts): Promise<Response> {
  const start = performance.now();
  const asked = await read(c, previewRequest);
  if (asked instanceof Response) return asked;
  const { journey, name } = mailOf(c);
  const files = await saved.read();
  if (!isMail(files, journey, name)) return c.notFound();
  const mail = { mail: `${journey}/${name}`, unsaved: asked.files };
  const inspected = await inspect(deps.settings, files, mail, (choices) =>
    lookOf(asked.look, choices),
  );
  const { marks, largest, locales } = inspected;
  const answer: PreviewAnswer = {
    marks,
    cards: cardsOf(inspected, deps.settings.sender, frames),
    meter: String(<Meter largest={largest} locales={locales} />),
    ms: msSince(start),
  };
  return c.json(answer);
}

/** All checks, those that render every language and sample too: slower, so they come after the preview. */
async function checks(c: StudioContext, { saved, check }: Parts): Promise<Response> {
  const start = performance.now();
  const asked = await read(c, checksRequest);
  if (asked instanceof Response) return asked;
  const { journey, name } = mailOf(c);
  const base = await saved.read();
  if (!isMail(base, journey, name)) return c.notFound();
  const files = new Map([...base, ...Object.entries(asked.files)]);
  const mail = `${journey}/${name}`;
  const checked = await check(files, mail).catch((error: Error) => error);
  if (checked instanceof Error) {
    return c.json({ error: `The checks could not be done: ${checked.message}` }, 500);
  }
  const findings = ofMail(checked, mail);
  const answer: ChecksAnswer = { marks: marksOf(files, findings), ms: msSince(start) };
  return c.json(answer);
}

/** Saved whatever is wrong with it, as any editor would: only publishing asks for more. */
async function save(c: StudioContext, { deps, saved }: Parts): Promise<Response> {
  const asked = await read(c, saveRequest);
  if (asked instanceof Response) return asked;
  if (Buffer.byteLength(asked.text) > FILE_BYTES_MAX) {
    return c.json({ error: `A file of more than ${FILE_BYTES_MAX} bytes is no template.` }, 413);
  }
  const outcome = await deps.workspace.save(asked.path, asked.text, asked.was, deps.author);
  saved.forget();
  if ('saved' in outcome) return c.json({ saved: outcome.saved } satisfies SaveAnswer);
  const { text, tag, by, at } = outcome.conflict;
  const conflict = { text, tag, ...(by && { by }), ...(at !== undefined && { at: iso(at) }) };
  return c.json({ conflict } satisfies SaveAnswer, 409);
}

/** One rendered mail. A mail of ten minutes ago may be gone: the page makes it anew with the next letter. */
function frame(c: StudioContext, { frames }: Parts): Response {
  const html = frames.find(c.req.param('id') ?? '');
  const images = c.req.query('images') !== 'off';
  const scheme = c.req.query('scheme') === 'dark' ? 'dark' : 'light';
  c.header('content-security-policy', previewPolicy({ images }));
  if (html === undefined) {
    return c.html(
      '<!doctype html><title>Gone</title><p>Load the page anew to see it.',
      410,
    ) as Response;
  }
  return c.html(asPage(inScheme(html, scheme))) as Response;
}
