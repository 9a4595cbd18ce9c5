import { wakeDeps } from '../runtime/aws/wake.ts';
import { createHandler } from './wake.ts';

export const handler = createHandler(wakeDeps(process.env));
