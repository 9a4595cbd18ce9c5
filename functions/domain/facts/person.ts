/** What is known about the person: profile, consent, and whether mail reaches them. */
import {
  type ConsentProperties,
  type CustomerEvent,
  type EmailProperties,
  type PreferenceProperties,
  type ProfileFields,
} from '../../contract/events.ts';
import { TOPICS } from '../../contract/messages.ts';
import type {
  ConsentFacts,
  Facts,
  Field,
  Mark,
  PreferenceFacts,
  ProfileField,
  ReachFacts,
} from '../customer.ts';
import {
  compareMarks,
  compareText,
  firstMark,
  laterOf,
  latestField,
  markOf,
  ranked,
} from './marks.ts';

/** What mails and conditions need; names beyond the first, phones and the like stay in the log. */
const FIELDS: readonly ProfileField[] = ['email', 'firstName', 'locale', 'timezone', 'country'];
/** Three transient bounces in 30 days suppress; older ones say nothing. */
export const SOFT_BOUNCES_KEPT = 3;
const ALL = '*';

/** Consents and withdrawals count from when we could know of them, whatever the sender's clock says. */
const knownAt = (event: CustomerEvent): number => Math.min(event.occurredAt, event.receivedAt);

/** The profile fields that the event carries, each to its latest value. */
export function mergeProfile(facts: Facts, event: CustomerEvent): Facts {
  if (!event.profile) return facts;
  const { profile } = facts;
  let next: Facts['profile'] | undefined;
  for (const name of FIELDS) {
    const value = event.profile[name as keyof ProfileFields];
    if (typeof value !== 'string') continue;
    const said: Field = event.verified ? [value, event.occurredAt] : [value, event.occurredAt, 1];
    const old = profile[name];
    const field = latestField(old, said);
    if (field === old) continue;
    next ??= { ...profile };
    next[name] = field;
  }
  return next ? { ...facts, profile: next } : facts;
}

/** Marks the first identify, and takes `marketing_consent`. */
export function mergeIdentify(facts: Facts, event: CustomerEvent): Facts {
  const identified = firstMark(facts.identified, markOf(event, true)) as Mark;
  const consent = identifiedConsent(facts.consent, event);
  if (identified === facts.identified && consent === facts.consent) return facts;
  return { ...facts, identified, consent };
}

function identifiedConsent(consent: ConsentFacts, event: CustomerEvent): ConsentFacts {
  const at = knownAt(event);
  const answer = event.profile?.marketingConsent;
  // A browser key is public: anyone could consent, or leave, for anyone. The gate takes neither.
  if (!event.verified) return consent;
  if (answer === false) {
    const identifiedNo = laterOf(consent.identifiedNo, at);
    return identifiedNo === consent.identifiedNo ? consent : { ...consent, identifiedNo };
  }
  if (answer !== true) return consent;
  const identifiedYes = laterOf(consent.identifiedYes, at);
  return identifiedYes === consent.identifiedYes ? consent : { ...consent, identifiedYes };
}

const byTopic = (a: { topic: string }, b: { topic: string }) => compareText(a.topic, b.topic);
/** Topics are a closed list, so the lists have a natural end. */
const TOPIC_ENTRIES_MAX = TOPICS.length + 1;
const isTopic = (topic: string): boolean =>
  topic === ALL || (TOPICS as readonly string[]).includes(topic);

/** The latest consent by topic. */
export function mergeConsentGiven(facts: Facts, event: CustomerEvent): Facts {
  const { topic = ALL } = event.properties as ConsentProperties;
  if (!event.verified || !isTopic(topic)) return facts;
  const { at: _, lag: __, ...mark } = markOf(event, true);
  const at = knownAt(event);
  const lag = event.receivedAt - at;
  const said = { topic, at, ...(lag > 0 && { lag }), ...mark };
  const { given } = facts.consent;
  const old = given.find((entry) => entry.topic === topic);
  if (old && compareMarks(said, old) <= 0) return facts;
  const next = ranked(given, said, old, byTopic, TOPIC_ENTRIES_MAX);
  return { ...facts, consent: { ...facts.consent, given: next } };
}

/** The latest withdrawal by topic; like at the gate, only with a secret key. */
export function mergeConsentWithdrawn(facts: Facts, event: CustomerEvent): Facts {
  const { topic = ALL } = event.properties as ConsentProperties;
  if (!event.verified || !isTopic(topic)) return facts;
  const said = { topic, at: knownAt(event) };
  const { withdrawn } = facts.consent;
  const old = withdrawn.find((entry) => entry.topic === topic);
  if (old && old.at >= said.at) return facts;
  const next = ranked(withdrawn, said, old, byTopic, TOPIC_ENTRIES_MAX);
  return { ...facts, consent: { ...facts.consent, withdrawn: next } };
}

/** Of two choices the later; of two at one moment the larger, so that the order of arrival says nothing. */
const laterChoice = <T extends string | number>(
  a: [T, number] | undefined,
  b: [T, number] | undefined,
): [T, number] | undefined => {
  if (!a || !b) return a ?? b;
  return b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a;
};

function joinPreferences(a: PreferenceFacts = {}, b: PreferenceFacts = {}): PreferenceFacts {
  return present({
    pausedUntil: laterChoice(a.pausedUntil, b.pausedUntil),
    language: laterChoice(a.language, b.language),
  });
}

/** The latest choice of each kind. With a browser key anyone could choose for anyone. */
export function mergePreferences(facts: Facts, event: CustomerEvent): Facts {
  if (!event.verified) return facts;
  const { pausedUntil, language } = event.properties as PreferenceProperties;
  const at = knownAt(event);
  const said: PreferenceFacts = {
    ...(pausedUntil !== undefined && { pausedUntil: [pausedUntil, at] }),
    ...(language !== undefined && { language: [language, at] }),
  };
  const old = facts.preferences ?? {};
  const next = joinPreferences(old, said);
  if (next.pausedUntil === old.pausedUntil && next.language === old.language) return facts;
  return { ...facts, preferences: next };
}

const newestBounce = (a: [number, string], b: [number, string]): number =>
  b[0] - a[0] || compareText(a[1], b[1]);

/** Bounces and complaints. Only what came with a secret key counts. */
export function mergeReach(facts: Facts, event: CustomerEvent): Facts {
  if (!event.verified) return facts;
  const reach = reachAfter(facts.reach, event);
  return reach === facts.reach ? facts : { ...facts, reach };
}

function reachAfter(reach: ReachFacts, event: CustomerEvent): ReachFacts {
  const at = knownAt(event);
  if (event.name === 'Email Marked as Spam') {
    const complaintAt = laterOf(reach.complaintAt, at);
    return complaintAt === reach.complaintAt ? reach : { ...reach, complaintAt };
  }
  const { bounceType } = event.properties as EmailProperties;
  if (bounceType === 'Permanent') {
    const hardBounceAt = laterOf(reach.hardBounceAt, at);
    return hardBounceAt === reach.hardBounceAt ? reach : { ...reach, hardBounceAt };
  }
  // Every other kind is taken for transient, as at the gate.
  const list = reach.softBounces ?? [];
  const old = list.find(([, id]) => id === event.id);
  if (old && old[0] >= at) return reach;
  const softBounces = ranked(list, [at, event.id], old, newestBounce, SOFT_BOUNCES_KEPT);
  return softBounces === list ? reach : { ...reach, softBounces };
}

/** Two lists by topic; of each topic the better entry. */
function joinTopics<T extends { topic: string }>(
  a: readonly T[],
  b: readonly T[],
  better: (a: T, b: T) => T,
): T[] {
  const found = new Map<string, T>();
  for (const each of [...a, ...b]) {
    const old = found.get(each.topic);
    found.set(each.topic, old ? better(old, each) : each);
  }
  return [...found.values()].sort(byTopic);
}

const present = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [name in keyof T]?: Exclude<T[name], undefined>;
  };

const laterOfBoth = (a: number | undefined, b: number | undefined) =>
  b === undefined ? a : laterOf(a, b);

/** What two customers who are one said of consent, and when; each act with its own time. */
const joinConsent = (a: ConsentFacts, b: ConsentFacts): ConsentFacts => ({
  given: joinTopics(a.given, b.given, (one, other) => (compareMarks(other, one) > 0 ? other : one)),
  withdrawn: joinTopics(a.withdrawn, b.withdrawn, (one, other) =>
    other.at > one.at ? other : one,
  ),
  ...present({
    identifiedYes: laterOfBoth(a.identifiedYes, b.identifiedYes),
    identifiedNo: laterOfBoth(a.identifiedNo, b.identifiedNo),
  }),
});

function joinReach(a: ReachFacts, b: ReachFacts): ReachFacts {
  const bounces = [...(a.softBounces ?? []), ...(b.softBounces ?? [])].sort(newestBounce);
  const softBounces = bounces
    .filter(([, id], place) => bounces.findIndex(([, other]) => other === id) === place)
    .slice(0, SOFT_BOUNCES_KEPT);
  return present({
    hardBounceAt: laterOfBoth(a.hardBounceAt, b.hardBounceAt),
    complaintAt: laterOfBoth(a.complaintAt, b.complaintAt),
    softBounces: softBounces.length > 0 ? softBounces : undefined,
  }) as ReachFacts;
}

/** Profile, consent and reach of two customers who are one. */
export function joinPerson(a: Facts, b: Facts): Facts {
  const profile = { ...a.profile };
  for (const name of FIELDS) {
    const said = b.profile[name];
    if (said) profile[name] = latestField(profile[name], said);
  }
  const identified = firstMark(a.identified, b.identified);
  const erasedAt = laterOfBoth(a.erasedAt, b.erasedAt);
  const preferences = joinPreferences(a.preferences, b.preferences);
  return {
    ...a,
    profile,
    ...(erasedAt !== undefined && { erasedAt }),
    ...(Object.keys(preferences).length > 0 && { preferences }),
    ...(identified && { identified }),
    consent: joinConsent(a.consent, b.consent),
    reach: joinReach(a.reach, b.reach),
  };
}
