/** The bus's queue: events of other applications, and SES's. At least once: the log drops repeats by key. */
import { type InboundDeps, inbound, parseBusMessage } from '../app/inbound.ts';
import { sqsEvents } from '../runtime/middleware.ts';

export const createHandler = (deps: InboundDeps) =>
  sqsEvents(parseBusMessage, (message) => inbound(deps, message));
