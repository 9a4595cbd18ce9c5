/** Rendered mails as documents: one window without a screen for all of them, with axe in it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';

export type PageElement = {
  readonly tagName: string;
  readonly parentElement: PageElement | null;
  readonly children: Iterable<PageElement>;
  readonly childNodes: Iterable<{ nodeType: number; data?: string }>;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  readonly textContent: string | null;
};

type Violation = {
  id: string;
  help: string;
  nodes: { element?: PageElement; failureSummary?: string }[];
};
type Axe = {
  run(context: unknown, options: object): Promise<{ violations: Violation[] }>;
};
export type Page = { root: PageElement; run(options: object): Promise<Violation[]> };

let opened: JSDOM | undefined;

/** Opening it and reading axe takes 0.2 s, once in a process. */
function screen(): JSDOM {
  if (opened) return opened;
  opened = new JSDOM('<!doctype html><html lang="en"><title>-</title></html>', {
    runScripts: 'outside-only',
  });
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  (opened.window as unknown as { eval(code: string): void }).eval(readFileSync(axe, 'utf8'));
  return opened;
}

/** Shows a mail in the window, in place of the one before. Nothing in it runs, and nothing is fetched. */
export function openPage(html: string): Page {
  const { window } = screen();
  const parsed = new window.DOMParser().parseFromString(html, 'text/html');
  const { document } = window;
  document.replaceChild(document.adoptNode(parsed.documentElement), document.documentElement);
  const { axe } = window as unknown as { axe: Axe };
  const root = document.documentElement as unknown as PageElement;
  return { root, run: async (options) => (await axe.run(document, options)).violations };
}
