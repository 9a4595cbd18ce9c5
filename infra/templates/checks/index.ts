/** All checks of templates: while they are typed, before they are published, and in CI. */
import type { Release } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import { build } from '../../build-release.ts';
import type { TemplateFiles } from '../files.ts';
import { type Finding, found } from './finding.ts';

export type { Finding } from './finding.ts';

export type Checked = {
  /** By file, then line; errors and warnings. */
  findings: Finding[];
  /** What would be published; absent where something cannot be compiled. */
  release?: Release;
  /** Mails that were rendered: templates x locales x samples. */
  rendered: number;
};

export type CheckOptions = {
  /** Only this mail, `post-purchase/first-thanks`, and what it is made of. */
  mail?: string;
  /** Told after each mail. */
  progress?: (done: number, all: number, mail: string) => void;
};

/** Remembers what it has seen: the same text is never checked twice. */
export type Checker = {
  check(settings: Settings, files: TemplateFiles, options?: CheckOptions): Promise<Checked>;
};

export const newChecker = (): Checker => ({
  async check(settings, files) {
    const { release, problems } = await build(settings, files);
    const findings = problems.map((problem) => found(problem));
    return { findings, ...(release && { release }), rendered: 0 };
  },
});

/** Whatever is wrong with `files`. Nothing is published that has an error among it. */
export const checkAll = (
  settings: Settings,
  files: TemplateFiles,
  options: CheckOptions = {},
): Promise<Checked> => newChecker().check(settings, files, options);
