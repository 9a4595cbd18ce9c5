/** What the page of one mail and its editor in the browser say to each other. Types alone: both sides read them. */

/** A file that this mail is made of. */
export type Source = {
  path: string;
  /** On its tab. */
  title: string;
  group: 'mail' | 'words' | 'partials';
  /** Undefined: the file is not there yet. */
  tag?: string;
  text: string;
};

/** One thing that may be typed at a place. */
export type Offer = { label: string; detail: string; info?: string; apply?: string };

/** One word of the journey, with the English text beside its key. */
export type KeyOffer = Offer & { arguments: string[] };

/** All that may be typed in one mail. */
export type Lists = {
  /** `order.total`; of lists the whole list. */
  variables: Offer[];
  /** Fields of one item: `order.lines` -> name, quantity, … */
  items: { [list: string]: Offer[] };
  partials: Offer[];
  keys: KeyOffer[];
  filters: Offer[];
  tags: Offer[];
  /** MJML: elements and their attributes. */
  elements: { [name: string]: string[] };
  /** Lines above the mail. */
  front: Offer[];
  /** Quoted values of filters: `date: 'long'`. */
  styles: { [filter: string]: Offer[] };
};

/** A finding with the piece of the line that it is about; columns from 0. */
export type Mark = {
  file: string;
  line: number;
  from: number;
  to: number;
  severity: 'error' | 'warning';
  reason: string;
  remedy: string;
  /** The page on which its file is changed. */
  address: string;
  /** What may have been meant by the marked piece. */
  instead?: string;
};

/** What the preview shows; in the address of the page as well, so that it can be passed on. */
export type Look = {
  view: 'desktop' | 'mobile' | 'text' | 'languages' | 'customers';
  locale: string;
  sample: string;
  dark: boolean;
  images: boolean;
};

/** One mail in the preview. */
export type Card = {
  /** Stays the same while the text changes: `lt plain`. */
  key: string;
  /** Its inbox line, size and, in the view of plain text, the text: HTML made by the server. */
  head: string;
  /** Where the mail itself is shown, a page of its own without scripts. */
  frame?: string;
  title: string;
};

export type PreviewRequest = {
  /** Text that is not saved yet, by path. */
  files: { [path: string]: string };
  look: Look;
};

export type PreviewAnswer = {
  marks: Mark[];
  cards: Card[];
  /** The meter of the size, HTML made by the server. */
  meter: string;
  /** Milliseconds that the server took. */
  ms: number;
};

export type ChecksAnswer = { marks: Mark[]; ms: number };

export type SaveRequest = { path: string; text: string; was?: string };
export type SaveAnswer =
  | { saved: string }
  | { conflict: { text: string; tag: string; by?: string; at?: string } };

/** What the page hands to its editor. */
export type Boot = {
  mail: string;
  /** Unsaved text is kept by it: the same file of another stage is another file. */
  workspace: string;
  sources: Source[];
  lists: Lists;
  /** All that is wrong with what is saved; `ofText` is the part of it that each preview tells anew. */
  marks: Mark[];
  ofText: Mark[];
  urls: { preview: string; checks: string; save: string };
};
