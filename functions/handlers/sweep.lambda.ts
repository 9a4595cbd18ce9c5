import { sweepDeps } from '../runtime/aws/sweep.ts';
import { createHandler } from './sweep.ts';

export const handler = createHandler(sweepDeps(process.env));
