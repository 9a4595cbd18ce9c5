import { hooksDeps } from '../runtime/aws/hooks.ts';
import { createHandler } from './hooks.ts';

export const handler = createHandler(hooksDeps(process.env));
