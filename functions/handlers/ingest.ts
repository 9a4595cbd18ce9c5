/** Segment's HTTP API: durable before it is answered. */
import { ANY_ORIGIN, type IngestDeps, ingest } from '../app/ingest.ts';
import { httpRequest } from '../runtime/middleware.ts';

export const createHandler = (deps: IngestDeps) =>
  httpRequest((request) => ingest(deps, request), ANY_ORIGIN);
