/** Webhooks of shops and payment services: durable before they are answered. */
import { type HooksDeps, hooks } from '../app/hooks.ts';
import { httpRequest } from '../runtime/middleware.ts';

export const createHandler = (deps: HooksDeps) => httpRequest((request) => hooks(deps, request));
