/** Requests in people's names, in memory. */
import type { KeptRequest, PrivacyRequests } from '../../app/ports.ts';

export function memoryPrivacyRequests(): PrivacyRequests & { rows: Map<string, KeptRequest> } {
  const rows = new Map<string, KeptRequest>();
  return {
    rows,
    add: async (request) => {
      if (!rows.has(request.id)) rows.set(request.id, structuredClone(request));
    },
  };
}
