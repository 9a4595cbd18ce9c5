/** The export as one page without scripts, for the person whom it is about. */
import { iso } from '../contract/time.ts';
import type { PersonExport } from './export-person.ts';

const ENTITIES: { [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? '');

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;' +
  'color-scheme:light dark}table{border-collapse:collapse;width:100%}' +
  'td,th{text-align:start;vertical-align:top;padding:.3rem .8rem .3rem 0;' +
  'border-bottom:1px solid #8884;overflow-wrap:anywhere}';

type Cell = string | number | boolean | undefined;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '<p>Nothing.</p>';
  const cells = (row: readonly Cell[]) =>
    row.map((cell) => `<td>${escaped(String(cell ?? ''))}</td>`).join('');
  const titles = head.map((title) => `<th scope="col">${escaped(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('');
  return `<table><thead><tr>${titles}</tr></thead><tbody>${body}</tbody></table>`;
}

const time = (at: unknown): string => (typeof at === 'number' ? iso(at) : String(at ?? ''));
const data = (value: unknown): string => JSON.stringify(value);

type Tabled = { title: string; body: string };

function whoAndWhat({ facts, predictions }: PersonExport): Tabled[] {
  const profile = Object.entries(facts.profile).map(([name, field]) => [
    name,
    field?.[0],
    time(field?.[1]),
  ]);
  const told = predictions.map(({ what, value, basis }) => [what, value, basis]);
  return [
    { title: 'Who you are to us', body: table(['What', 'Value', 'Told at'], profile) },
    { title: 'What we predict', body: table(['What', 'Value', 'From what'], told) },
  ];
}

function consentAndMails({ consent, mails, decisions }: PersonExport): Tabled[] {
  const acts = consent.map((act) => [
    time(act.at),
    act.act,
    act.topic === '*' ? 'all marketing' : act.topic,
    act.basis,
    act.source,
    act.wording,
  ]);
  const sent = mails.map((mail) =>
    [time(mail['plannedAt']), mail['state'], time(mail['sentAt'])]
      .concat([mail['journey'], mail['template'], mail['purpose']])
      .map(String),
  );
  type Told = { at: number; journey: string; outcome: string; reason: object };
  const reasons = decisions.flatMap((row) =>
    (row['reasons'] as Told[]).map(({ at, journey, outcome, reason }) => [
      time(at),
      journey,
      outcome,
      data(reason),
    ]),
  );
  const words = ['When', 'What', 'Topic', 'Basis', 'Where', 'Words that were shown'];
  const mailHead = ['Planned', 'State', 'Sent', 'Journey', 'Mail', 'Kind'];
  return [
    { title: 'Consent to mails, and what was left', body: table(words, acts) },
    { title: 'Mails', body: table(mailHead, sent) },
    {
      title: 'Why a mail was sent or not',
      body: table(['When', 'Journey', 'Outcome', 'Reason'], reasons),
    },
  ];
}

function eventsAndRows({ events, facts, gates, other }: PersonExport): Tabled[] {
  const happened = events.map(({ occurredAt, receivedAt, name, channel, body }) => [
    occurredAt,
    receivedAt,
    name,
    channel,
    data(body),
  ]);
  const raw = (value: unknown) => `<pre>${escaped(JSON.stringify(value, null, 1))}</pre>`;
  const head = ['When', 'Received', 'What', 'Where', 'Details'];
  return [
    { title: 'What happened', body: table(head, happened) },
    { title: 'What the shop goes by', body: raw(facts) },
    { title: 'Whether mails may reach you, and other rows', body: raw([...gates, ...other]) },
  ];
}

/** All of the export, in the order in which a person would ask. */
export function exportPage(person: PersonExport): string {
  const parts = [...whoAndWhat(person), ...consentAndMails(person), ...eventsAndRows(person)];
  const sections = parts.map(({ title, body }) => `<h2>${escaped(title)}</h2>${body}`);
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">' +
    `<title>What we hold about you</title><style>${STYLE}</style></head><body>` +
    `<h1>What we hold about you</h1><p>As of ${escaped(person.exportedAt)}. Your number with us: ` +
    `${escaped(person.customerId)}.</p>${sections.join('')}</body></html>`
  );
}
