/** The studio's one script and one sheet, named by their content so that browsers may keep them. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { STYLE } from '../local/web/style.ts';
import { JOURNEYS_STYLE } from './journeys/style.ts';
import { MAIL_STYLE } from './mail/style.ts';
import { STUDIO_STYLE } from './style.ts';
import { WORDS_STYLE } from './words/style.ts';

const ENTRY = fileURLToPath(new URL('./browser/main.ts', import.meta.url));

const SHEET = [STYLE, STUDIO_STYLE, MAIL_STYLE, WORDS_STYLE, JOURNEYS_STYLE].join('');

export type Asset = { path: string; type: string; body: string };
export type Assets = {
  script: Asset;
  style: Asset;
  /** What the script fetches on the pages that need it: the editor above all. */
  chunks: Asset[];
};

const FOLDER = '/studio/assets';

const script = (path: string, text: string): Asset => ({
  path: `${FOLDER}/${basename(path)}`,
  type: 'text/javascript',
  body: text,
});

function sheet(): Asset {
  const hash = createHash('sha256').update(SHEET).digest('hex').slice(0, 12);
  return { path: `${FOLDER}/studio-${hash}.css`, type: 'text/css', body: SHEET };
}

async function make(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: { studio: ENTRY },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: FOLDER,
    write: false,
    logLevel: 'silent',
  });
  const scripts = outputFiles.map(({ path, text }) => script(path, text));
  const first = scripts.find(({ path }) => path.startsWith(`${FOLDER}/studio-`));
  if (!first) throw new Error('esbuild made no script');
  return { script: first, style: sheet(), chunks: scripts.filter((each) => each !== first) };
}

let made: Promise<Assets> | undefined;

/** Built with the first page that wants them, so that nobody waits who does not. */
export const assets = (): Promise<Assets> => (made ??= make());

/** What stands at an address, if anything does. */
export async function assetAt(path: string): Promise<Asset | undefined> {
  const { script: first, style, chunks } = await assets();
  return [first, style, ...chunks].find((asset) => asset.path === path);
}
