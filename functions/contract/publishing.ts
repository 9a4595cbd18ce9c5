/**
 * What marketers publish: a release in pieces, the history of publications, and drafts. The pieces lie in the
 * state table by content; a publication names them; the pointer names the publication that is current.
 */
import type { Journey } from './journeys.ts';
import type { Purpose } from './messages.ts';
import type { CompiledTemplate, LocaleInfo } from './release.ts';
import type { Instant } from './time.ts';

/** All of a release that decisions and pages need; few kilobytes, so that no customer waits for mails. */
export type ReleaseHead = {
  release: string;
  journeys: Journey[];
  locales: { [locale: string]: LocaleInfo };
  /** From brand.yaml; all other settings come with the deployment. */
  shop: { name: string; address: string };
};

/** Source files of a release: `post-purchase/first-thanks.mjml` -> its text. */
export type SourceFiles = { readonly [path: string]: string };

/** Names of the pieces: hashes of their bytes. */
export type ReleaseContents = {
  head: string[];
  /** By mail. A mail that did not change keeps its pieces, and readers what they made of them. */
  templates: { [id: string]: string[] };
  /** Empty where a deployment brought the release without its sources. */
  files: string[];
};

/** One line of the history; rows are never changed. */
export type Publication = {
  /** 1, 2, 3, … */
  version: number;
  /** Hash of the content: two publications of the same files have the same. */
  release: string;
  at: Instant;
  /** Who did it, as they call themselves: a name, no address. */
  author: string;
  message: string;
  how: 'published' | 'rolled-back' | 'deployed';
  /** Of a rollback: whose contents these are. */
  of?: number;
  /** Releases that a rollback took back: their runs go on in the current journeys. */
  withdrawn?: string[];
  contents: ReleaseContents;
};

/** What readers must know of each publication of a season. */
export type Seen = Pick<Publication, 'version' | 'release' | 'at' | 'withdrawn'> & {
  contents: Pick<ReleaseContents, 'head'>;
};

/** Every step id that was ever published, by journey: what it was, so that it never becomes another. */
export type StepRegistry = { [journey: string]: { [step: string]: KnownStep } };
export type KnownStep = { kind: string; template?: string; purpose?: Purpose };

/** What goes into the store: everything is there, or nothing of it counts. */
export type NewPublication = Omit<Publication, 'version' | 'contents'> & {
  content:
    | { head: ReleaseHead; templates: { [id: string]: CompiledTemplate }; files: SourceFiles }
    /** Pieces that are there already: those of an earlier version. */
    | { contents: ReleaseContents };
  steps: StepRegistry;
};

export type ReleaseStore = {
  /** Strongly consistent; undefined before the first publication. */
  current(): Promise<Publication | undefined>;
  /** The same for half the price, and perhaps a second old: for those who look again anyway. */
  look(): Promise<Publication | undefined>;
  /** All that were current at that moment or later, newest first. */
  seenSince(moment: Instant): Promise<Seen[]>;
  version(version: number): Promise<Publication | undefined>;
  /** Newest first; all, or as many as are asked for. */
  history(limit?: number): Promise<Publication[]>;
  steps(): Promise<StepRegistry>;
  head(publication: Pick<Seen, 'release' | 'contents'>): Promise<ReleaseHead>;
  template(publication: Publication, id: string): Promise<CompiledTemplate | undefined>;
  /** Undefined where the sources were not published with it. */
  files(publication: Publication): Promise<SourceFiles | undefined>;
  /**
   * The pieces first, then pointer, history and steps together, and only from `was`: of two publishers at
   * once one wins, and the other is told.
   */
  publish(
    was: Publication | undefined,
    next: NewPublication,
  ): Promise<{ published: Publication } | { overtaken: Publication }>;
};

/** A file that somebody changed and nobody published yet. */
export type Draft = {
  path: string;
  /** `null`: the file is to go. */
  text: string | null;
  /** Grows with each save, and goes on growing after a removal: who saw one version never meets another. */
  version: number;
  author: string;
  at: Instant;
};

export type DraftStore = {
  list(): Promise<Draft[]>;
  read(path: string): Promise<Draft | undefined>;
  /** Only from version `was` (0: there is none); else what is there now, or undefined if it is gone. */
  save(
    draft: Omit<Draft, 'version'>,
    was: number,
  ): Promise<{ saved: Draft } | { conflict: Draft | undefined }>;
  /** Only if nobody saved since. */
  remove(path: string, was: number): Promise<'removed' | 'changed'>;
};
