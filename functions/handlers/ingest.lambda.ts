import { ingestDeps } from '../runtime/aws/ingest.ts';
import { createHandler } from './ingest.ts';

export const handler = createHandler(ingestDeps(process.env));
