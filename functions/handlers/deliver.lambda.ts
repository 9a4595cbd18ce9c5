import { deliverDeps } from '../runtime/aws.ts';
import { createHandler } from './deliver.ts';

export const handler = createHandler(deliverDeps(process.env));
