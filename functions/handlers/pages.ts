/** Public pages behind the links of mails: unsubscribe and survey. */
import type { PagesDeps } from '../app/page-request.ts';
import { survey } from '../app/survey.ts';
import { unsubscribe } from '../app/unsubscribe.ts';
import { ROUTES } from '../contract/routes.ts';
import { renderPage, type Shop } from '../pages/public-pages.ts';
import { httpRequest } from '../runtime/middleware.ts';

export type PagesHandlerDeps = PagesDeps & { shop(): Shop | Promise<Shop> };

const SURVEY_PREFIX = ROUTES.survey.split('{')[0] ?? '';

export const createHandler = (deps: PagesHandlerDeps) =>
  httpRequest(async (request) => {
    // The HTTP API names the token in the path; a proxy in front of it may not.
    const token = request.params['token'] ?? request.path.split('/').at(-1);
    const asked = { ...request, params: { ...request.params, token } };
    const isSurvey = request.path.startsWith(SURVEY_PREFIX);
    const data = await (isSurvey ? survey(deps, asked) : unsubscribe(deps, asked));
    const answer = renderPage(data, await deps.shop(), request.query['lang']);
    return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
  });
