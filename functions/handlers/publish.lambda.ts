import { publishDeps } from '../runtime/aws/publish.ts';
import { createHandler } from './publish.ts';

export const handler = createHandler(publishDeps(process.env));
