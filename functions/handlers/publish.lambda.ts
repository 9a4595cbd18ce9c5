import { publishDeps } from '../runtime/aws.ts';
import { createHandler } from './publish.ts';

export const handler = createHandler(publishDeps(process.env));
