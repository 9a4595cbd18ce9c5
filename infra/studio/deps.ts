/** What the studio is made of: the same pages over a folder of this machine or the drafts of a stage. */
import type {
  Draft,
  Publication,
  ReleaseStore,
  StepRegistry,
} from '../../functions/contract/publishing.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import type { Instant } from '../../functions/contract/time.ts';
import type { Checked } from '../templates/checks/index.ts';
import type { TemplateFiles } from '../templates/files.ts';

/** A file as it was read; the tag changes whenever the file does. */
export type SavedFile = { text: string; tag: string };

export type SaveOutcome =
  | { saved: string }
  /** Somebody else saved since: both texts are shown, nothing is lost. */
  | { conflict: SavedFile & { by?: string; at?: Instant } };

export type Workspace = {
  /** For people: `files in templates/`, `drafts of stage prod`. */
  name: string;
  files(): Promise<TemplateFiles>;
  read(path: string): Promise<SavedFile | undefined>;
  /**
   * `was`: the tag that the editor began with; undefined for a new file. Without text the file is to go; a file
   * that went meanwhile is a conflict with a text and a tag that are empty.
   */
  save(
    path: string,
    text: string | null,
    was: string | undefined,
    author: string,
  ): Promise<SaveOutcome>;
  /** Absent where saving writes files. */
  drafts?(): Promise<Draft[]>;
  /** After a publication: drafts that are in it are drafts no more. */
  published?(files: TemplateFiles): Promise<void>;
};

/** Mails of one step, by what became of them; from the local run's own figures. */
export type StepFigures = {
  journey: string;
  step: string;
  planned: number;
  sent: number;
  suppressed: number;
  clicked: number;
  /** Why mails were not sent: how often, by the code of the reason. */
  reasons?: { [code: string]: number };
};

export type StudioDeps = {
  workspace: Workspace;
  settings: Settings;
  /** Absent where nothing runs that could take a release. */
  releases?: ReleaseStore;
  steps?(): Promise<StepRegistry>;
  /** Of a folder: the version that its files are of, so that nobody publishes over somebody else's. */
  base?: {
    read(): { version: number; release: string } | undefined;
    write(publication: Publication): void;
  };
  /** How the person is called in drafts and publications. */
  author: string;
  now(): Instant;
  /** Default: all checks, in a thread (infra/studio/checks.ts). */
  check?(files: TemplateFiles): Promise<Checked>;
  /** The start page of a local run is the same origin. */
  home?: boolean;
  figures?(): readonly StepFigures[];
  sendTest?(request: TestMailRequest): Promise<TestMailOutcome>;
};

export type TestMailRequest = {
  mail: string;
  to: string;
  locale: string;
  /** A sample of the files, or a customer of the shop. */
  who: { sample: string } | { customer: string };
};
export type TestMailOutcome = { sent: true } | { refused: string };
