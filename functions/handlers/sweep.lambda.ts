import { sweepDeps } from '../runtime/aws.ts';
import { createHandler } from './sweep.ts';

export const handler = createHandler(sweepDeps(process.env));
