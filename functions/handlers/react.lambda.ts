import { reactDeps } from '../runtime/aws/react.ts';
import { createHandler } from './react.ts';

export const handler = createHandler(reactDeps(process.env));
