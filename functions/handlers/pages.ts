/** Public pages behind the links of mails: unsubscribe, survey, preferences. */
import type { PageRequest, PagesDeps } from '../app/page-request.ts';
import { preferences } from '../app/preferences.ts';
import { survey } from '../app/survey.ts';
import { unsubscribe } from '../app/unsubscribe.ts';
import { ROUTES } from '../contract/routes.ts';
import { type PageData, renderPage, type Shop, wordsFor } from '../pages/public-pages.ts';
import { LANGUAGES } from '../pages/texts.ts';
import { httpRequest } from '../runtime/middleware.ts';

export type PagesHandlerDeps = PagesDeps & { shop(): Shop | Promise<Shop> };

type Visit = (deps: PagesDeps, request: PageRequest) => Promise<PageData>;

const prefixOf = (route: string): string => route.split('{')[0] ?? '';
const VISITS: readonly (readonly [prefix: string, visit: Visit])[] = [
  [prefixOf(ROUTES.survey), survey],
  [
    prefixOf(ROUTES.preferences),
    (deps, request) => preferences(deps, request, Object.keys(LANGUAGES)),
  ],
];

/** What the HTTP API sends here and no other page takes is about leaving. */
const visitOf = (path: string): Visit =>
  VISITS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? unsubscribe;

export const createHandler = (deps: PagesHandlerDeps) =>
  httpRequest(async (request) => {
    // The HTTP API names the token in the path; a proxy in front of it may not.
    const token = request.params['token'] ?? request.path.split('/').at(-1);
    const shop = await deps.shop();
    const data = await visitOf(request.path)(deps, {
      ...request,
      params: { ...request.params, token },
      words: wordsFor(shop, request.query['lang']),
    });
    const answer = renderPage(data, shop, request.query['lang']);
    return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
  });
