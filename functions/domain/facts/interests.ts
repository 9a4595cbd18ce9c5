/** Views, searches and survey answers: the newest of each, exact under any order of arrival. */
import type {
  CustomerEvent,
  FeedbackProperties,
  SearchProperties,
  ViewProperties,
} from '../../contract/events.ts';
import type { Facts, FeedbackFact, ViewFact } from '../customer.ts';
import { packKey } from './key.ts';
import { compareMarks, compareText, isTrusted, markOf, ranked } from './marks.ts';

/** Products that a person still has in mind; more would only say what they forgot. */
export const VIEWS_MAX = 20;
/** A mail about a view is about one of the last; a log key is the largest part of a view. */
export const VIEW_KEYS_MAX = 2;
export const SEARCHES_MAX = 5;
/** Longer queries are pasted text. */
export const QUERY_CHARS_MAX = 80;
/** Surveys come at most every 90 days: a year of answers. */
export const FEEDBACK_MAX = 4;

const newestView = (a: ViewFact, b: ViewFact): number =>
  compareMarks(b, a) || compareText(a.product, b.product) || compareText(b.key ?? '', a.key ?? '');

/** The latest view of each product. */
export function mergeView(facts: Facts, customerId: string, event: CustomerEvent): Facts {
  const { product } = event.properties as ViewProperties;
  const key = packKey(customerId, event.key, event.occurredAt);
  const view: ViewFact = { product: product.id, ...markOf(event, false), key };
  const old = facts.views.find((each) => each.product === view.product);
  if (old) {
    const order = compareMarks(view, old);
    // An old view has given its key away; the same moment again brings nothing.
    if (order < 0 || (order === 0 && (!old.key || newestView(old, view) <= 0))) return facts;
  }
  const views = ranked(facts.views, view, old, newestView, VIEWS_MAX);
  return views === facts.views ? facts : { ...facts, views: withFewKeys(views) };
}

/** Only the newest views keep their keys. */
const withFewKeys = (views: readonly ViewFact[]): ViewFact[] =>
  views.map((view, place) => {
    if (place < VIEW_KEYS_MAX || !view.key) return view;
    const { key: _, ...rest } = view;
    return rest;
  });

const newestSearch = (a: [string, number], b: [string, number]): number =>
  b[1] - a[1] || compareText(a[0], b[0]);

/** The latest time of each query. */
export function mergeSearch(facts: Facts, event: CustomerEvent): Facts {
  const { query } = event.properties as SearchProperties;
  const search: [string, number] = [query.slice(0, QUERY_CHARS_MAX), event.occurredAt];
  const old = facts.searches.find(([text]) => text === search[0]);
  if (old && old[1] >= search[1]) return facts;
  const searches = ranked(facts.searches, search, old, newestSearch, SEARCHES_MAX);
  return searches === facts.searches ? facts : { ...facts, searches };
}

/** Verified answers first: with a browser key anyone could push out what the customer said. */
const newestAnswer = (a: FeedbackFact, b: FeedbackFact): number =>
  Number(isTrusted(b)) - Number(isTrusted(a)) || compareMarks(b, a) || compareText(b.key, a.key);

/** The latest answer to each survey, for each thing that it was asked about. */
export function mergeFeedback(facts: Facts, customerId: string, event: CustomerEvent): Facts {
  const { survey, occasion, score } = event.properties as FeedbackProperties;
  const answer: FeedbackFact = {
    survey,
    ...(occasion !== undefined && { occasion }),
    score,
    ...markOf(event, true),
    key: packKey(customerId, event.key, event.occurredAt),
  };
  const isSame = (each: FeedbackFact) => each.survey === survey && each.occasion === occasion;
  const old = facts.feedback.find(isSame);
  if (old && newestAnswer(old, answer) <= 0) return facts;
  const feedback = ranked(facts.feedback, answer, old, newestAnswer, FEEDBACK_MAX);
  return feedback === facts.feedback ? facts : { ...facts, feedback };
}

/** The best of each thing of two lists, best first. */
function joined<T>(
  a: readonly T[],
  b: readonly T[],
  idOf: (each: T) => string,
  best: (a: T, b: T) => number,
  max: number,
): T[] {
  const found = new Map<string, T>();
  for (const each of [...a, ...b].sort(best)) {
    if (!found.has(idOf(each))) found.set(idOf(each), each);
  }
  return [...found.values()].slice(0, max);
}

/** Views, searches and answers of two customers who are one. */
export const joinInterests = (a: Facts, b: Facts): Facts => ({
  ...a,
  views: withFewKeys(joined(a.views, b.views, ({ product }) => product, keyedFirst, VIEWS_MAX)),
  searches: joined(a.searches, b.searches, ([query]) => query, newestSearch, SEARCHES_MAX),
  feedback: joined(
    a.feedback,
    b.feedback,
    ({ survey, occasion }) => JSON.stringify([survey, occasion]),
    newestAnswer,
    FEEDBACK_MAX,
  ),
});

/** Of two views at one moment the one that still has its key. */
const keyedFirst = (a: ViewFact, b: ViewFact): number =>
  compareMarks(b, a) ||
  compareText(a.product, b.product) ||
  Number(!a.key) - Number(!b.key) ||
  newestView(a, b);
