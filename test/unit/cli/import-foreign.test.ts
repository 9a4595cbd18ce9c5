import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { afterAll, describe, expect, it } from 'vitest';
import { momentReader } from '../../../cli/import/cells.ts';
import { FOREIGN, type Foreign } from '../../../cli/import/jobs.ts';
import { fromHandlebars, fromKlaviyo } from '../../../cli/import/template-syntax.ts';
import { importTemplates } from '../../../cli/import/templates.ts';
import { AS_OF, Folder, Log, NOW } from './import-files.ts';

const folder = new Folder();
afterAll(() => rmSync(folder.path, { recursive: true }));

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** Copied, since checkpoint and rejects go beside the file. */
const copied = (name: string): string =>
  folder.write(name.replace('/', '-'), readFileSync(fixture(name)));

async function imported(what: Foreign, name: string, extra = {}) {
  const log = new Log();
  const { report } = await folder.run(what, copied(name), log, extra);
  return { log, report };
}

const named = (log: Log, name: string) => log.events.filter((event) => event.name === name);

describe('leaving Klaviyo', () => {
  it.each(['profiles.csv', 'profiles.json'])(
    'takes profiles of %s; whoever never subscribed arrives without consent',
    async (name) => {
      const { log, report } = await imported('klaviyo-profiles', `klaviyo/${name}`);
      expect(report.rejected).toBe(0);
      expect(named(log, 'Consent Given').map(({ profile }) => profile?.email)).toEqual([
        'rita@example.com',
      ]);
      const [given] = named(log, 'Consent Given');
      expect(given).toMatchObject({ occurredAt: Date.UTC(2024, 2, 1, 9), mode: 'history' });
      expect(named(log, 'identify')[0]?.profile).toMatchObject({
        firstName: 'Rita',
        country: 'LT',
      });
      const ofJonas = log.events.filter(({ profile }) => profile?.email === 'jonas@example.com');
      expect(ofJonas.map(({ name: of }) => of)).toEqual(['identify']);
    },
  );

  it('takes suppressions as often as they are exported, and closes each gate at once', async () => {
    const log = new Log();
    const file = copied('klaviyo/suppressions.csv');
    await folder.run('klaviyo-suppressions', file, log);
    const { report } = await folder.run('klaviyo-suppressions', file, log);
    expect(report).toMatchObject({ events: 4, stored: 0, repeated: 4 });
    expect(log.gates.size).toBe(4);
    const codes = [...log.gates.values()].map(({ suppressed }) => suppressed?.code);
    expect(codes).toEqual([undefined, 'hard-bounce', 'complaint', undefined]);
  });

  it('takes orders and refunds of its events, and leaves out what has no use here', async () => {
    const { log, report } = await imported('klaviyo-events', 'klaviyo/events.json');
    expect(report.rejected).toBe(0);
    expect(log.names).toEqual(['Order Completed', 'Order Refunded']);
    expect(log.events[0]?.properties).toMatchObject({
      orderId: '1001',
      total: 7300,
      currency: 'EUR',
    });
  });
});

describe('leaving Amazon Pinpoint', () => {
  it('takes e-mail endpoints; no opt-out is no consent, an opt-out is one', async () => {
    const { log, report } = await imported('pinpoint-endpoints', 'pinpoint/endpoints.jsonl');
    expect(log.names).toEqual(['identify', 'identify', 'Consent Withdrawn']);
    expect(log.events[0]?.profile).toMatchObject({
      firstName: 'Rita',
      locale: 'lt-LT',
      country: 'LT',
    });
    expect(report.rejected).toBe(1);
  });

  it('keeps the members of a segment as those of a list', async () => {
    const { log } = await imported('pinpoint-endpoints', 'pinpoint/endpoints.jsonl', {
      list: 'VIP',
    });
    expect(named(log, 'List Joined')).toHaveLength(2);
    const bodies = [...log.rows.values()].filter(({ event }) => event.name === 'List Joined');
    expect(bodies[0]?.body.properties).toEqual({ list: 'VIP' });
  });
});

describe('templates', () => {
  async function translated(maker: 'klaviyo' | 'pinpoint') {
    const out = mkdtempSync(join(folder.path, 'mails-'));
    const said: string[] = [];
    const io = { out: (text: string) => said.push(text), err: () => undefined };
    await importTemplates(maker, fixture(`${maker}/templates.json`), out, io);
    return { out, said: said.join('\n') };
  }

  it('of Klaviyo become Liquid with our variables, and what cannot be is told', async () => {
    const { out, said } = await translated('klaviyo');
    const html = readFileSync(join(out, 'welcome-1.html.liquid'), 'utf8');
    expect(html).toContain("Hello {{ customer.first_name | default: 'there' }}");
    expect(html).toContain(
      '{% if customer.first_name %}<b>{{ customer.first_name | capitalize }}</b>',
    );
    expect(html).toContain('<a href="{{ links.unsubscribe }}">Leave</a>');
    expect(said).toContain('3 parts could not be translated');
    expect(said).toContain('welcome-1.html: line 3: {% for item in event.Items %}');
  });

  it('of Pinpoint become Liquid with our variables, and what cannot be is told', async () => {
    const { out, said } = await translated('pinpoint');
    expect(readFileSync(join(out, 'back-in-stock.subject.liquid'), 'utf8')).toBe(
      'For you, {{ customer.first_name }}',
    );
    expect(readFileSync(join(out, 'back-in-stock.html.liquid'), 'utf8')).toContain(
      '{% if customer.first_name %}<p>{{ customer.first_name }}</p>{% else %}<p>Hello</p>{% endif %}',
    );
    expect(said).toContain('{{Attributes.Size}}');
    expect(said).toContain('{{#each Attributes.Items}}');
  });

  const liquid = new Liquid();
  it('are Liquid that can be read, whatever they were', () => {
    const part = fc.oneof(
      fc.constantFrom('{{FirstName}}', '{{#if FirstName}}', '{{/if}}', '{{else}}', '{{#each x}}'),
      fc.constantFrom('{{/each}}', '{% if first_name %}', '{% else %}', '{% endif %}', '{{{x}}}'),
      fc.constantFrom(
        '{% for a in b %}',
        '{% endfor %}',
        "{{ first_name|default:'x' }}",
        '{{',
        '}}',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        for (const translate of [fromHandlebars, fromKlaviyo]) {
          const { text, problems } = translate(parts.join(''));
          expect(problems.length > 0 || liquid.parse(text).length >= 0).toBe(true);
        }
      }),
    );
  });
});

describe('any row of another system', () => {
  const reading = {
    mapping: new Map<string, string>(),
    separator: ',',
    momentOf: momentReader('UTC', undefined),
    now: NOW,
    asOf: AS_OF,
  };
  const names = fc.constantFrom(
    'Email attributes email subscriptions marketing consent suppression relationships included metric'
      .split(' ')
      .concat('name', 'User', 'Address', 'ChannelType', 'toString'),
  );
  const words = ['a@example.com', 'EMAIL', 'ALL', 'Placed Order', 'SUBSCRIBED', '2024-01-01'];
  const row = fc.object({
    key: names.chain((all) => fc.constantFrom(...all)),
    values: [fc.constantFrom(...words), fc.double(), fc.constant(null), fc.boolean()],
    maxDepth: 3,
    maxKeys: 5,
  });
  it('becomes calls or a reason, and never an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(FOREIGN) as Foreign[])), row, (what, cells) => {
        const made = FOREIGN[what](cells as { [name: string]: unknown }, reading);
        expect(typeof made === 'string' || Array.isArray(made)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
