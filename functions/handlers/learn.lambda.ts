import { learnDeps } from '../runtime/aws/learn.ts';
import { createHandler } from './learn.ts';

export const handler = createHandler(learnDeps(process.env));
