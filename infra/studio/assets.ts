/** The studio's one script and one sheet, named by their content so that browsers may keep them. */
import { createHash } from 'node:crypto';
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
export type Assets = { script: Asset; style: Asset };

const asset = (name: string, extension: string, type: string, body: string): Asset => {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { path: `/studio/assets/${name}-${hash}.${extension}`, type, body };
};

async function make(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return {
    script: asset('studio', 'js', 'text/javascript', outputFiles[0]?.text ?? ''),
    style: asset('studio', 'css', 'text/css', SHEET),
  };
}

let made: Promise<Assets> | undefined;

/** Built with the first page that wants them, so that nobody waits who does not. */
export const assets = (): Promise<Assets> => (made ??= make());
