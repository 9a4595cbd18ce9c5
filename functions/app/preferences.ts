/** What a customer wants from us: topics, a pause, the language. Each has an effect, or it would not be asked. */
import { hashId } from '../contract/ids.ts';
import { type Topic, TOPICS } from '../contract/messages.ts';
import { ownEvent } from '../contract/own-events.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import type { LinkToken } from '../contract/tokens.ts';
import { permission } from '../domain/consent.ts';
import { profileOf } from '../domain/customer.ts';
import { pausedUntil } from '../domain/own-pause.ts';
import { store } from './narrow.ts';
import {
  afterLeaving,
  formOf,
  type PageRequest,
  type PagesDeps,
  type Person,
  type Refused,
  visit,
} from './page-request.ts';

/** Long enough for a holiday or a move, short enough that nobody forgets that we exist. */
export const PAUSE_DAYS = 30;

export type PreferencesPage =
  | {
      kind: 'preferences';
      /** Those that may be sent. */
      topics: Topic[];
      /** Only while it lasts. */
      pausedUntil?: Instant;
      /** BCP 47; absent: never told. */
      language?: string;
      saved?: true;
    }
  | { kind: 'closed' }
  | Refused;

type Wanted = Extract<PreferencesPage, { kind: 'preferences' }>;

/** GET shows what holds; POST saves what differs, so that the same form twice is one act. */
export async function preferences(
  deps: PagesDeps,
  request: PageRequest,
  languages: readonly string[],
): Promise<PreferencesPage> {
  const seen = visit(deps, request, 'preferences');
  if ('kind' in seen) return seen;
  const person = await deps.people.look(seen.token.customerId);
  if (person.gate.suppressed) return { kind: 'closed' };
  const now = deps.now();
  const holds = holdsNow(deps, person, now);
  if (!seen.changes) return holds;
  const wanted = wantedBy(request, holds, languages, now);
  await saveTopics(deps, request, seen.token, person, { holds, wanted });
  await saveRest(deps, seen.token, { holds, wanted, now });
  deps.count('PreferencesSaved');
  const { pausedUntil: until, ...rest } = wanted;
  return {
    ...rest,
    ...(until !== undefined && until > now && { pausedUntil: until }),
    saved: true,
  };
}

function holdsNow(deps: PagesDeps, { customer, gate }: Person, now: Instant): Wanted {
  const bases = deps.bases();
  const until = pausedUntil(customer);
  const language = profileOf(customer).locale;
  return {
    kind: 'preferences',
    topics: TOPICS.filter(
      (topic) => permission(customer, gate, { purpose: 'marketing', topic }, bases, now).ok,
    ),
    ...(until > now && { pausedUntil: until }),
    ...(language && { language }),
  };
}

const languageOf = (locale: string): string => locale.split('-')[0] ?? '';

/** What the form leaves open, or says in a way that is not ours, stays as it is. */
function wantedBy(
  request: PageRequest,
  holds: Wanted,
  languages: readonly string[],
  now: Instant,
): Wanted {
  const form = formOf(request);
  const pause = form.get('pause');
  const until = { start: now + PAUSE_DAYS * DAY_MS, end: now }[pause ?? ''] ?? holds.pausedUntil;
  // The form shows the page's own where nothing was told: what was shown was not chosen.
  const shown = languageOf(holds.language ?? request.words.language);
  const chosen = languages.find((one) => one === form.get('language') && one !== shown);
  const language = chosen ?? holds.language;
  return {
    kind: 'preferences',
    topics: TOPICS.filter((topic) => form.getAll('topic').includes(topic)),
    ...(until !== undefined && { pausedUntil: until }),
    ...(language && { language }),
  };
}

type Change = { holds: Wanted; wanted: Wanted };

/** Nothing left is leaving, by the same act as behind the link to leave. */
async function saveTopics(
  deps: PagesDeps,
  { words }: PageRequest,
  { customerId, messageId }: LinkToken,
  person: Person,
  { holds, wanted }: Change,
): Promise<void> {
  const gone = holds.topics.filter((topic) => !wanted.topics.includes(topic));
  const come = wanted.topics.filter((topic) => !holds.topics.includes(topic));
  const at = deps.now();
  const act = (name: string, topic: Topic | undefined, more: object, when: Instant) =>
    store(
      deps.log,
      ownEvent({
        id: hashId('preferences', name, messageId, topic ?? '*', iso(when)),
        name,
        aliasId: customerId,
        at: when,
        channel: 'email',
        quiet: true,
        properties: { source: 'preferences', ...(topic && { topic }), ...more },
      }),
    );
  const left = wanted.topics.length === 0 && gone.length > 0 ? [undefined] : gone;
  for (const topic of left) await act('Consent Withdrawn', topic, { message_id: messageId }, at);
  const since = afterLeaving(at, person);
  for (const topic of come)
    await act('Consent Given', topic, { wording: words.topics[topic] }, since);
}

async function saveRest(
  { log }: PagesDeps,
  { customerId, messageId }: LinkToken,
  { holds, wanted, now }: Change & { now: Instant },
): Promise<void> {
  const paused = wanted.pausedUntil !== holds.pausedUntil ? wanted.pausedUntil : undefined;
  const language = wanted.language !== holds.language ? wanted.language : undefined;
  if (paused === undefined && language === undefined) return;
  await log.append(
    ownEvent({
      id: hashId('preferences', messageId, iso(now)),
      name: 'Preferences Updated',
      aliasId: customerId,
      at: now,
      channel: 'email',
      properties: {
        ...(paused !== undefined && { paused_until: iso(paused) }),
        ...(language !== undefined && { language }),
      },
    }),
  );
}
