import { pagesDeps } from '../runtime/aws.ts';
import { createHandler } from './pages.ts';

export const handler = createHandler(pagesDeps(process.env));
