/**
 * Two customers who turn out to be one. The older keeps its id; what the other was under way with goes on
 * there, and what either was told is told: nobody gets a mail twice under two ids.
 */
import type { CustomerEvent } from '../contract/events.ts';
import { messageId } from '../contract/ids.ts';
import { GATE_CLAIMS_MAX, type Gate } from '../contract/messages.ts';
import type { Instant } from '../contract/time.ts';
import type { Candidate, ConsentFacts, Customer, Facts, Run, Runtime } from './customer.ts';
import { joinFacts, joinWithLog, rekeyed } from './facts/join.ts';
import { compareText } from './facts/marks.ts';
import { REBUILD } from './facts/orders.ts';
import { addSoftBounce, suppress, withdraw } from './gate.ts';
import { CANDIDATES_MAX } from './wake/arbitrate.ts';
import { FOREVER, isDone } from './wake/markers.ts';
import { RECENT_MAX } from './wake/wake.ts';

/** All events that the log still holds, of the aliases of either. */
export type MergeLog = { winner: readonly CustomerEvent[]; loser: readonly CustomerEvent[] };

/**
 * Rows of the ledger that tell which of the waiting mails either has had: those of each mail that waits, under
 * both ids. Lists in the item forget after a while, the ledger does not.
 */
export function rowsToAsk(winner: Customer, loser: Customer): { customerId: string; id: string }[] {
  const mails = [...winner.runtime.candidates, ...loser.runtime.candidates];
  return mails.flatMap(({ message: { journey, step, occasion } }) =>
    [winner.id, loser.id].map((customerId) => ({
      customerId,
      id: messageId(customerId, journey, step, occasion),
    })),
  );
}

/**
 * The winner with everything of the loser. `'rebuild'` when one of them has a summary of orders: then it asks
 * for the log. The wake is the earlier of both; a wake re-arms.
 */
export function mergeCustomers(
  winner: Customer,
  loser: Customer,
  /** Those of `rowsToAsk` that exist. */
  planned: ReadonlySet<string>,
  log?: MergeLog,
): Customer | typeof REBUILD {
  const theirs = rekeyed(loser.facts, loser.id, winner.id);
  const joined = log
    ? joinWithLog(winner.facts, theirs, winner.id, { a: log.winner, b: log.loser })
    : joinFacts(winner.facts, theirs);
  if (joined === REBUILD) return REBUILD;
  const facts = { ...joined, consent: stricter(joined.consent, winner.facts, loser.facts) };
  const wakes = [winner.nextWakeAt, loser.nextWakeAt].filter((at) => at !== undefined);
  return {
    ...winner,
    facts,
    runtime: joinRuntimes(winner, loser, planned),
    ...(wakes.length > 0 && { nextWakeAt: Math.min(...wakes) }),
  };
}

const NEVER = Number.NEGATIVE_INFINITY;
const latest = (...times: (Instant | undefined)[]): Instant =>
  Math.max(...times.map((at) => at ?? NEVER));

const ALL = '*';
const givenAt = ({ given }: ConsentFacts, topic: string) =>
  given.find((entry) => entry.topic === topic)?.at;
/** Which topics somebody has left, and not come back to. */
function closedTopics(consent: ConsentFacts): string[] {
  const any = latest(...consent.given.map(({ at }) => at));
  return consent.withdrawn
    .filter(({ topic, at }) => at >= (topic === ALL ? any : latest(givenAt(consent, topic))))
    .map(({ topic }) => topic);
}

const isSoftlyClosed = ({ given, identifiedNo, identifiedYes }: ConsentFacts): boolean =>
  identifiedNo !== undefined && identifiedNo >= latest(identifiedYes, ...given.map(({ at }) => at));

/**
 * What either had left stays left, even where the other consented later: a consent that was given under one
 * id does not speak for the other. Only a consent given afterwards, as one, opens it again.
 */
function stricter(
  joined: ConsentFacts,
  { consent: a }: Facts,
  { consent: b }: Facts,
): ConsentFacts {
  const closed = new Set([...closedTopics(a), ...closedTopics(b)]);
  const any = latest(...joined.given.map(({ at }) => at));
  const withdrawn = joined.withdrawn.map(({ topic, at }) => {
    const given = topic === ALL ? any : latest(givenAt(joined, topic));
    return { topic, at: closed.has(topic) ? Math.max(at, given) : at };
  });
  if (!isSoftlyClosed(a) && !isSoftlyClosed(b)) return { ...joined, withdrawn };
  const identifiedNo = latest(joined.identifiedNo, joined.identifiedYes, any);
  return { ...joined, withdrawn, identifiedNo };
}

type Place = { journey: string; occasion: string };
const samePlace = (a: Place, b: Place) => a.journey === b.journey && a.occasion === b.occasion;

/**
 * Of two runs about one occasion the one that is further on: its steps before were told. A run about something
 * that the other has finished ends here.
 */
function joinRuns(winner: Runtime, loser: Runtime): Run[] {
  const finished = (run: Run, other: Runtime) =>
    isDone(other, run.journey, run.occasion) && !other.runs.some((each) => samePlace(each, run));
  const mine = winner.runs.filter((run) => !finished(run, loser));
  const theirs = loser.runs.filter((run) => !finished(run, winner));
  const runs = mine.map((run) => {
    const same = theirs.find((each) => samePlace(each, run));
    return same && same.from > run.from ? same : run;
  });
  return [...runs, ...theirs.filter((run) => !mine.some((each) => samePlace(each, run)))];
}

type Mail = Place & { step: string };
const sameMail = (a: Mail, b: Mail) => samePlace(a, b) && a.step === b.step;

/** Mails that wait, each once, under the winner's id; without those that either has had. */
function joinCandidates(
  winner: Customer,
  loser: Customer,
  planned: ReadonlySet<string>,
): Candidate[] {
  const idOf = (customerId: string, { journey, step, occasion }: Mail) =>
    messageId(customerId, journey, step, occasion);
  const theirs = loser.runtime.candidates.map(
    (candidate): Candidate => ({
      ...candidate,
      message: { ...candidate.message, id: idOf(winner.id, candidate.message) },
    }),
  );
  const all = [...winner.runtime.candidates, ...theirs];
  return all
    .filter(({ message }) => !planned.has(message.id) && !planned.has(idOf(loser.id, message)))
    .filter(({ message }, at) => all.findIndex((other) => sameMail(other.message, message)) === at)
    .sort((a, b) => b.priority - a.priority || a.message.startedAt - b.message.startedAt)
    .slice(0, CANDIDATES_MAX);
}

function joinRuntimes(one: Customer, other: Customer, planned: ReadonlySet<string>): Runtime {
  const { runtime: winner } = one;
  const { runtime: loser } = other;
  const done = { ...winner.done };
  for (const [marker, day] of Object.entries(loser.done)) {
    const known = done[marker];
    const forever = day === FOREVER || known === FOREVER;
    done[marker] = forever ? FOREVER : Math.max(day, known ?? day);
  }
  const starts = new Map(winner.starts);
  for (const [journey, at] of loser.starts) starts.set(journey, latest(at, starts.get(journey)));
  const recent = [...winner.recent, ...loser.recent].sort(
    (a, b) => a.plannedAt - b.plannedAt || compareText(a.id, b.id),
  );
  const [risk] = [winner.risk, loser.risk]
    .filter((each) => each !== undefined)
    .sort((a, b) => b.at - a.at);
  const wokeAt = latest(winner.wokeAt, loser.wokeAt);
  return {
    runs: joinRuns(winner, loser),
    candidates: joinCandidates(one, other, planned),
    recent: recent.slice(-RECENT_MAX),
    done,
    starts: [...starts],
    ...(risk && { risk }),
    // Without a look: the orders are others now, and the next wake works it out.
    ...(wokeAt !== NEVER && { wokeAt }),
  };
}

/** What narrows permission, of both; and what was claimed of the pace, of both. */
export function mergeGates(
  winner: Gate,
  loser: Gate,
  /** The loser's id, where mails may have been planned under it. */
  planned: readonly string[] = [],
): Gate {
  let gate = winner;
  for (const [topic, withdrawal] of Object.entries(loser.withdrawn)) {
    gate = withdraw(gate, topic, withdrawal);
  }
  for (const [id, at] of Object.entries(loser.softBounces ?? {}))
    gate = addSoftBounce(gate, id, at);
  if (loser.suppressed) gate = suppress(gate, loser.suppressed.code, loser.suppressed.at);
  const claims = [...gate.claims, ...loser.claims]
    .filter(([id], at, all) => all.findIndex(([other]) => other === id) === at)
    .sort((a, b) => a[1] - b[1])
    .slice(-GATE_CLAIMS_MAX);
  const former = [...new Set([...(winner.former ?? []), ...(loser.former ?? []), ...planned])];
  return {
    ...gate,
    claims,
    ...(former.length > 0 && { former }),
    version: winner.version + 1,
  };
}

/** The gate of whoever is somebody else now: nothing passes it, and it says where to ask. */
export const mergedGate = (loser: Gate, mergedInto: string): Gate => ({
  ...loser,
  mergedInto,
  version: loser.version + 1,
});
