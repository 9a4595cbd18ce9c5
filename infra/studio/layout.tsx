/** The frame of every page of the studio: one bar, what is being edited, and the page itself. */
import type { Child } from 'hono/jsx';
import { raw } from 'hono/html';
import { assets } from './assets.ts';
import { changedFiles } from './changes.ts';
import type { StudioDeps } from './deps.ts';
import { type StudioContext, TOKEN_FIELD } from './security.ts';

export type Place = 'mails' | 'words' | 'releases';

export type Frame = {
  title: string;
  current: Place;
  /** For an editor beside its preview: all the width there is. */
  wide?: boolean;
};

const LEAF = raw(
  '<svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><path d="M11 20V9" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/><path d="M11 11C4.5 11 2.5 6.5 2.5 2.5 8 2.5 11 5.5 11 11Zm0 4c5.5 0 8-3.5 8.5-8C14 7 11 10 11 15Z" fill="#3d9a6d"/></svg>',
);

const PLACES: readonly [Place, string, string][] = [
  ['mails', '/studio', 'Mails'],
  ['words', '/studio/words/_shared', 'Words'],
  ['releases', '/studio/releases', 'Releases'],
];

const Bar = ({ current, home, wrap }: { current: Place; home: boolean; wrap: string }) => (
  <header class="bar">
    <div class={wrap}>
      <a class="brand" href={home ? '/' : '/studio'}>
        {LEAF} <span>Perennial</span>
      </a>
      <nav aria-label="Pages">
        {home && <a href="/">Shop</a>}
        {PLACES.map(([place, href, text]) => (
          <a href={href} aria-current={place === current ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
    </div>
  </header>
);

type StripProps = { workspace: string; changed: number | undefined; wrap: string };
/** What is edited, and whether customers have it already. */
const Strip = ({ workspace, changed, wrap }: StripProps) => (
  <div class="strip" role="region" aria-label="What is edited">
    <div class={wrap}>
      <span>You edit {workspace}.</span>
      {changed !== undefined && changed > 0 && (
        <a href="/studio/releases">
          {changed === 1 ? '1 file is' : `${changed} files are`} not published
        </a>
      )}
      {changed === 0 && <span>Everything is published.</span>}
    </div>
  </div>
);

/** A whole page. The script and the sheet are the only things it loads. */
export async function page(
  c: StudioContext,
  deps: StudioDeps,
  frame: Frame,
  body: Child,
): Promise<Response> {
  const { script, style } = await assets();
  const changed = await changedFiles(deps);
  // All three begin at the same edge.
  const wrap = frame.wide ? 'wrap wide' : 'wrap';
  return c.html(
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{`${frame.title} · Perennial studio`}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href={style.path} />
          <meta name="studio-token" content={c.get('token')} />
          <meta name="studio-nonce" content={c.get('nonce')} />
          <script type="module" src={script.path}></script>
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to the page
          </a>
          <Bar current={frame.current} home={deps.home ?? false} wrap={wrap} />
          <Strip workspace={deps.workspace.name} changed={changed?.length} wrap={wrap} />
          <main class={wrap} id="main">
            {body}
          </main>
        </body>
      </html>
    </>,
  );
}

/** Stands in every form that changes something. */
export const Token = ({ c }: { c: StudioContext }) => (
  <input type="hidden" name={TOKEN_FIELD} value={c.get('token')} />
);
