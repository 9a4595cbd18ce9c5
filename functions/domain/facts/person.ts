/** What is known about the person: profile, consent, and whether mail reaches them. */
import {
  type ConsentProperties,
  type CustomerEvent,
  type EmailProperties,
  type ProfileFields,
} from '../../contract/events.ts';
import { TOPICS } from '../../contract/messages.ts';
import type { ConsentFacts, Facts, Field, Mark, ProfileField, ReachFacts } from '../customer.ts';
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
