import { wakeDeps } from '../runtime/aws.ts';
import { createHandler } from './wake.ts';

export const handler = createHandler(wakeDeps(process.env));
