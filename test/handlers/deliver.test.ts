import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { memoryCatalogue } from '../../functions/adapters/memory/catalogue.ts';
import { composerOf } from '../../functions/app/compose.ts';
import { STEPS_MAX } from '../../functions/app/render-limits.ts';
import type { DeliverOrder } from '../../functions/contract/events.ts';
import { AT_ONCE, FIGURES } from '../../functions/contract/figures.ts';
import type { CompiledTemplate } from '../../functions/contract/release.ts';
import { createHandler } from '../../functions/handlers/deliver.ts';
import { ledgerWorld } from '../builders/ledger-world.ts';

// Failures below are meant.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

const context = { awsRequestId: 'r1' } as Context;
const batch = (orders: DeliverOrder[]) => ({
  Records: orders.map(
    (order, n) => ({ messageId: `m${n}`, body: JSON.stringify(order) }) as SQSRecord,
  ),
});

const LOOPS = '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}';
const templateOf = (id: string, html: string): CompiledTemplate => ({
  id,
  subject: 'Thank you',
  preheader: '',
  html: { ltr: html, rtl: html },
  text: 'Leave: {{ links.unsubscribe }}',
  words: {},
});
const TEMPLATES = new Map(
  [
    templateOf('post-purchase/thank-you', '<p>Thank you</p>'),
    templateOf('post-purchase/loops', `<p>Thank you</p>${LOOPS}`),
  ].map((template) => [template.id, template]),
);

/** The real handler, composer and use case over memory; `steps` tells what happened to each mail, in order. */
function world() {
  const ledger = ledgerWorld();
  const steps = new Map<string, string[]>();
  const note = (id: string, step: string) => steps.set(id, [...(steps.get(id) ?? []), step]);
  const composer = composerOf({
    templates: { find: async (id) => TEMPLATES.get(id) },
    log: { read: async () => undefined },
    catalogue: memoryCatalogue(),
    linkOrigin: 'https://mail.shop.example.com',
    secrets: { current: 's'.repeat(32) },
  });
  const deps = {
    ...ledger.deps,
    composer: {
      compose: async (...args: Parameters<typeof composer.compose>) => {
        const composed = await composer.compose(...args);
        note(args[0].id, 'mail' in composed ? 'rendered' : 'not rendered');
        return composed;
      },
    },
    ledger: {
      ...ledger.deps.ledger,
      write: (change: Parameters<typeof ledger.deps.ledger.write>[0]) => {
        note(change.row.id, change.row.state);
        return ledger.deps.ledger.write(change);
      },
    },
    mailer: {
      send: (mail: Parameters<typeof ledger.deps.mailer.send>[0]) => {
        note(mail.tags['perennial-message'] ?? '', 'sent');
        return ledger.deps.mailer.send(mail);
      },
    },
  };
  const plan = (n: number, template: string) =>
    ledger.plan({ customerId: `c${n}`, id: `mail-${n}`, template: `post-purchase/${template}` });
  return { ...ledger, plan, steps, handler: createHandler(deps) };
}

const isBroken = (n: number) => n % 5 === 2;

describe('a batch with mails whose template never ends', () => {
  it('sends all others, tells why, and asks the queue for nothing', async () => {
    const { handler, plan, rowOf, mails, counts } = world();
    const orders = Array.from({ length: 10 }, (_, n) =>
      plan(n, isBroken(n) ? 'loops' : 'thank-you'),
    );
    expect(await handler(batch(orders), context)).toEqual({ batchItemFailures: [] });
    expect(mails).toHaveLength(8);
    for (const [n, order] of orders.entries()) {
      expect(rowOf(order).state).toBe(isBroken(n) ? 'FAILED' : 'SENT');
    }
    const [broken] = orders.filter((_, n) => isBroken(n));
    if (!broken) throw new Error('none is broken');
    const reason = { code: 'render-limit', limit: 'steps', most: STEPS_MAX, part: 'html' };
    expect(rowOf(broken).reason).toEqual(reason);
    expect(counts['MailsOverLimit.steps']).toBe(2);
  });

  it('wakes somebody at once, through an alarm that is there', async () => {
    const { handler, plan, counts } = world();
    await handler(batch([plan(1, 'thank-you')]), context);
    expect(counts).not.toHaveProperty(FIGURES.ledgerOverdue);
    await handler(batch([plan(2, 'loops')]), context);
    expect(counts[FIGURES.ledgerOverdue]).toBe(1);
    expect(AT_ONCE).toContain(FIGURES.ledgerOverdue);
  });

  it('claims nothing for them: a mail is rendered before its claim', async () => {
    const { handler, plan, gateOf, steps } = world();
    await handler(batch([plan(1, 'thank-you'), plan(2, 'loops')]), context);
    expect(steps.get('mail-1')).toEqual(['rendered', 'SENDING', 'sent', 'SENT']);
    expect(steps.get('mail-2')).toEqual(['not rendered', 'FAILED']);
    expect((await gateOf('c1')).claims).toHaveLength(1);
    expect((await gateOf('c2')).claims).toHaveLength(0);
  });

  it('does not bring them back when the queue repeats itself', async () => {
    const { handler, plan, mails, counts } = world();
    const orders = [plan(1, 'thank-you'), plan(2, 'loops')];
    for (let n = 0; n < 3; n += 1) await handler(batch(orders), context);
    expect(mails).toHaveLength(1);
    expect(counts['MailsOverLimit.steps']).toBe(1);
  });
});
