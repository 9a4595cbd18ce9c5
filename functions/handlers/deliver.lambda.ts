import { deliverDeps } from '../runtime/aws/deliver.ts';
import { createHandler } from './deliver.ts';

export const handler = createHandler(deliverDeps(process.env));
