/** What a checker has seen: by content, so that nothing goes stale, and within bounds. */
import { createHash } from 'node:crypto';
import type { Settings } from '../../../functions/contract/settings.ts';
import { SHARED, type TemplateFiles } from '../files.ts';
import type { CompiledMail } from '../compile.ts';
import type { SeenTags } from './clients.ts';
import type { Finding } from './finding.ts';

/** A shop has tens of mails of a few shapes each; above it somebody has typed for hours. */
const KEPT_MAX = 2_000;

/** Forgets all when it is full: what is needed is found again in a moment. */
class Bounded<T> {
  private readonly known = new Map<string, T>();
  get(key: string): T | undefined {
    return this.known.get(key);
  }
  set(key: string, value: T): T {
    if (this.known.size >= KEPT_MAX) this.known.clear();
    this.known.set(key, value);
    return value;
  }
}

/** Work that was done, for the figures and for tests that count. */
export type Counts = { compiled: number; rendered: number; pages: number; nested: number };

export type MailChecked = { findings: Finding[]; rendered: number };

export class Memory {
  readonly compiled = new Bounded<CompiledMail>();
  readonly checked = new Bounded<MailChecked>();
  /** Outlines and the like in which nothing was wrong. */
  readonly clean = new Bounded<true>();
  readonly tags: SeenTags = new Map();
  readonly counts: Counts = { compiled: 0, rendered: 0, pages: 0, nested: 0 };
}

/** Everything that one mail is made of: its own files, its journey's, those of all, and the shop. */
export function contentOf(files: TemplateFiles, settings: Settings) {
  const digest = (paths: readonly string[]): string => {
    const hash = createHash('sha256');
    for (const path of paths) hash.update(`${path}\n${files.get(path) ?? '-'}\0`);
    return hash.digest('hex');
  };
  const paths = [...files.keys()].sort();
  const common = digest(paths.filter((path) => path.startsWith(`${SHARED}/`)));
  const shop = JSON.stringify([settings.shop, settings.sender, settings.holdout.journey]);
  return (id: string): string => {
    const [folder = ''] = id.split('/');
    const own = paths.filter(
      (path) =>
        path === `${folder}/journey.yaml` ||
        path.startsWith(`${folder}/locales/`) ||
        path === `${id}.mjml` ||
        path === `${id}.txt`,
    );
    return `${id} ${common} ${digest(own)} ${shop}`;
  };
}
