/** A studio over a copy of the shipped templates, and a browser in front of it. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';
import { studioApp } from '../../infra/studio/app.tsx';
import { checkInThread } from '../../infra/studio/checks.ts';
import type { StudioDeps } from '../../infra/studio/deps.ts';
import { folderWorkspace } from '../../infra/studio/workspace.ts';

/** Debian's; elsewhere CHROMIUM says where it is. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Tests that need one are skipped where there is none, and vitest says so. */
export const hasBrowser = existsSync(CHROMIUM);

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--no-first-run'],
  });

const { settings } = checkStage('dev', stages.dev);
/** One thread for all studios of a test file: it takes a second to start. */
const check = checkInThread(settings);

export type RunningStudio = {
  origin: string;
  read(path: string): string;
  /** As somebody else would, in an editor of their own. */
  write(path: string, text: string): void;
  stop(): void;
};

/** The files lie in a folder that goes with it. */
export async function runStudio(over: Partial<StudioDeps> = {}): Promise<RunningStudio> {
  const dir = mkdtempSync(join(tmpdir(), 'perennial-studio-'));
  cpSync(TEMPLATES_DIR, dir, { recursive: true });
  const app = studioApp({
    workspace: folderWorkspace(dir, 'files in templates/'),
    settings,
    check,
    author: 'Ann',
    now: () => Date.now(),
    ...over,
  });
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started),
    );
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    write: (path, text) => writeFileSync(join(dir, path), text),
    stop() {
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What the browser itself complains of: scripts that fail, and all that a policy has refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations of WCAG 2.2 A and AA and of best practice on the page, without the mails in its frames. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(where: object, how: object): Promise<{ violations: Violation[] }> };
    };
    type Violation = { id: string; nodes: { target: string[]; failureSummary: string }[] };
    const { violations } = await axe.run({ exclude: ['iframe'] }, { iframes: false });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  });
}
