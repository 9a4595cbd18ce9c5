import { inboundDeps } from '../runtime/aws/inbound.ts';
import { createHandler } from './inbound.ts';

export const handler = createHandler(inboundDeps(process.env));
