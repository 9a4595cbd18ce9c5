import { pagesDeps } from '../runtime/aws/pages.ts';
import { createHandler } from './pages.ts';

export const handler = createHandler(pagesDeps(process.env));
