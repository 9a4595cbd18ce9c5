import { describe, expect, it } from 'vitest';
import { REASON_CODES } from '../../../functions/contract/reasons.ts';
import { reasonWords, REASONS } from '../../../infra/local/web/words.ts';

describe('reasons on screen', () => {
  it('have words for every code, and say until when a mail waits', () => {
    for (const code of REASON_CODES) expect(REASONS[code]).toMatch(/\w/);
    const until = Date.UTC(2026, 10, 21, 23, 25);
    expect(reasonWords({ code: 'deferred-gap', until })).toContain('21 Nov 2026, 23:25');
    const changed = { code: 'risk-changed', from: 'low', to: 'high' } as const;
    expect(reasonWords(changed)).toMatch(/from low to high$/);
  });
});
