import { gatherDeps } from '../runtime/aws/gather.ts';
import { createHandler } from './gather.ts';

export const handler = createHandler(gatherDeps(process.env));
