import { ingestDeps } from '../runtime/aws.ts';
import { createHandler } from './ingest.ts';

export const handler = createHandler(ingestDeps(process.env));
