/** All journeys and mails as the list shows them; whatever cannot be read is there by its name. */
import type { Journey, Trigger } from '../../../functions/contract/journeys.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import { title } from '../../local/web/words.ts';
import type { Finding } from '../../templates/checks/index.ts';
import { journeyFolders, mailNames, SHARED, type TemplateFiles } from '../../templates/files.ts';
import { DEFAULT_LOCALE } from '../../templates/locales.ts';
import { type OpenTemplates, openTemplates } from '../../templates/open.ts';
import type { Change } from '../changes.ts';
import type { StepFigures } from '../deps.ts';

export type MailRow = {
  id: string;
  name: string;
  /** As a customer would read it in English, with `{name}` where something is filled in. */
  subject: string | undefined;
  purpose: string | undefined;
  topic: string | undefined;
  figures: { sent: number; clicked: number } | undefined;
  changed: boolean;
  findings: Finding[];
};
export type JourneyRow = {
  id: string;
  name: string;
  /** `after an order`; undefined where the file cannot be read. */
  begins: string | undefined;
  mode: Journey['mode'] | undefined;
  mails: MailRow[];
  /** Of the journey itself and of its words. */
  changed: boolean;
  findings: Finding[];
};
export type Language = {
  locale: string;
  name: string;
  reviewedBy: string | null;
  journeys: number;
};

const BEGINS: Readonly<Record<Trigger, string>> = {
  'Order Completed': 'after an order',
  'Order Shipped': 'when an order is sent',
  'Order Delivered': 'when an order has arrived',
  'Order Cancelled': 'when an order is cancelled',
  'Order Refunded': 'when money goes back',
  'Cart Updated': 'when a cart changes',
  'Product Viewed': 'when somebody looks at a product',
  'Feedback Submitted': 'when somebody answers a survey',
  'Consent Given': 'when somebody agrees to mails',
  identify: 'when somebody becomes known',
  'Reorder Due': 'when a product is due again',
  'Churn Risk Changed': 'when a customer is late against their own rhythm',
};

const KEY = /\{\{-?\s*'([\w.]+)'\s*\|\s*t\b[^}]*\}\}/g;
const PLACE = /\{\{-?\s*([\w.]+)[^}]*\}\}/g;

/** Words in their places, so that a subject reads as one. */
export function readable(text: string, words: ReadonlyMap<string, unknown>): string {
  const said = text.replaceAll(KEY, (whole, key: string) => {
    const word = words.get(key);
    if (typeof word === 'string') return word;
    const forms = word as { other?: string } | undefined;
    return forms?.other ?? whole;
  });
  return said.replaceAll(PLACE, (_, name: string) => `{${name.split('.').at(-1)}}`);
}

/** Which files a row speaks of: a mail has two, the journey has the rest of its folder. */
const mailOf = (path: string): string | undefined => /^(.+)\.(?:mjml|txt)$/.exec(path)?.[1];

const ofFolder = (folder: string) => (path: string) => path.startsWith(`${folder}/`);

type Facts = {
  settings: Settings;
  files: TemplateFiles;
  changes: readonly Change[];
  findings: readonly Finding[];
  figures: readonly StepFigures[];
};

type Seen = Facts & { open: OpenTemplates };

const english = ({ open: { words } }: Seen, folder: string) =>
  new Map(
    [words.shared, words.scopes.get(folder)].flatMap((scope) =>
      [...(scope?.locales.get(DEFAULT_LOCALE) ?? [])].map(
        ([key, { text }]) => [key, text] as const,
      ),
    ),
  );

const stepsOf = (journey: Journey | undefined, id: string) =>
  (journey?.steps ?? []).flatMap((step) =>
    step.kind === 'send' && step.template === id ? [step] : [],
  );

function figuresOf({ figures }: Seen, journey: Journey | undefined, id: string) {
  if (figures.length === 0) return undefined;
  const steps = new Set(stepsOf(journey, id).map((step) => step.id));
  const rows = figures.filter((row) => row.journey === journey?.id && steps.has(row.step));
  const sum = (name: 'sent' | 'clicked') => rows.reduce((all, row) => all + row[name], 0);
  return { sent: sum('sent'), clicked: sum('clicked') };
}

function mailRow(seen: Seen, journey: Journey | undefined, folder: string, name: string): MailRow {
  const { open, changes, findings } = seen;
  const id = `${folder}/${name}`;
  const mail = open.mails.find((one) => one.id === id);
  const [step] = stepsOf(journey, id);
  return {
    id,
    name: title(name),
    subject: mail && readable(mail.front.subject, english(seen, folder)),
    purpose: step?.purpose,
    topic: step?.topic,
    figures: figuresOf(seen, journey, id),
    changed: changes.some(({ path }) => mailOf(path) === id),
    findings: findings.filter(({ mail: of, file }) => of === id || mailOf(file) === id),
  };
}

function journeyRow(seen: Seen, folder: string): JourneyRow {
  const { open, files, changes, findings } = seen;
  const journey = open.journeys.find((one) => one.id === folder);
  const own = (path: string) => ofFolder(folder)(path) && mailOf(path) === undefined;
  return {
    id: folder,
    name: title(folder),
    begins: journey && BEGINS[journey.trigger],
    mode: journey?.mode,
    mails: mailNames(files, folder).map((name) => mailRow(seen, journey, folder, name)),
    changed: changes.some(({ path }) => own(path)),
    findings: findings.filter(({ mail, file }) => mail === undefined && own(file)),
  };
}

const languagesOf = ({ open: { words } }: Seen): Language[] =>
  Object.entries(words.locales).map(([locale, { name, reviewedBy }]) => ({
    locale,
    name,
    reviewedBy,
    journeys: [...words.scopes.values()].filter((scope) => scope.locales.has(locale)).length,
  }));

export function listOf(facts: Facts) {
  const { settings, files, changes, findings } = facts;
  const seen = { ...facts, open: openTemplates(settings, files) };
  return {
    journeys: journeyFolders(files).map((folder) => journeyRow(seen, folder)),
    languages: languagesOf(seen),
    shared: {
      changed: changes.some(({ path }) => ofFolder(SHARED)(path)),
      findings: findings.filter(({ mail, file }) => mail === undefined && ofFolder(SHARED)(file)),
    },
  };
}
