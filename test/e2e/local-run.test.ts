import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, firstOrder, type LocalProcess, orderOf, startLocal } from './local-process.ts';

const MINUTES_5 = 300_000;
let dir: string;
let local: LocalProcess;
let client: ReturnType<typeof clientOf>;

/** One customer of ten is held out of each journey: enough that somebody gets a mail. */
const SHOPPERS = ['ann', 'ben', 'cleo', 'dan', 'eva', 'fay'];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-e2e-'));
  local = await startLocal(dir);
  client = clientOf(local.origin);
}, MINUTES_5);

afterAll(async () => {
  await local?.end();
  rmSync(dir, { recursive: true, force: true });
}, MINUTES_5);

describe('the local run', () => {
  it(
    'takes events by HTTP, and the thank-you mail is in the inbox when the clock has moved on',
    async () => {
      await client.send(SHOPPERS.flatMap((user) => firstOrder(user)));
      expect(await client.inbox()).toEqual([]);
      const before = Date.parse((await client.clock()).now);
      const { now } = await client.advance('P3D');
      expect(Date.parse(now) - before).toBeGreaterThanOrEqual(3 * 86_400_000);
      const mails = await client.inbox();
      expect(mails.length).toBeGreaterThan(0);
      const mail = mails[0];
      expect(mail?.html).toContain('<');
      expect(mail?.text).toMatch(/\w/);
      expect(mail?.tags['perennial-journey']).toBe('post-purchase');
      expect(mail?.ledgerId).toHaveLength(22);
      expect((await client.status()).states).toMatchObject({ SENT: mails.length });
    },
    MINUTES_5,
  );

  it(
    'takes a repeat of the same events without a second mail',
    async () => {
      const before = (await client.inbox()).length;
      await client.send(SHOPPERS.flatMap((user) => firstOrder(user)));
      await client.advance('PT6H');
      const ledgerIds = (await client.inbox()).map(({ ledgerId }) => ledgerId);
      expect(ledgerIds).toHaveLength(before);
      expect(new Set(ledgerIds).size).toBe(before);
    },
    MINUTES_5,
  );

  it(
    'never mails again after the POST behind List-Unsubscribe was answered',
    async () => {
      const mail = (await client.inbox())[0];
      const address = mail?.to[0] ?? '';
      const user = address.split('@')[0] ?? '';
      const header = mail?.headers.find(({ name }) => name === 'List-Unsubscribe')?.value ?? '';
      const link = /<([^>]+)>/.exec(header)?.[1] ?? '';
      const got = await fetch(link);
      expect(got.status).toBe(200);
      const answer = await fetch(link, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      });
      expect(answer.status).toBe(200);
      const before = (await client.inbox()).filter(({ to }) => to.includes(address)).length;
      await client.send([orderOf(user, `${user}-2`)]);
      await client.advance('P30D');
      const after = (await client.inbox()).filter(({ to }) => to.includes(address)).length;
      expect(after).toBe(before);
    },
    MINUTES_5,
  );

  it('shows what happened on the start page and each mail in the inbox', async () => {
    const start = await (await fetch(`${local.origin}/`)).text();
    expect(start).toContain('Post purchase');
    expect(start).toContain('Last decisions');
    const inbox = await (await fetch(`${local.origin}/inbox`)).text();
    const path = /href="(\/inbox\/[^"?]+)"/.exec(inbox)?.[1] ?? '';
    const page = await (await fetch(`${local.origin}${path}`)).text();
    expect(page).toContain('List-Unsubscribe');
    const body = await fetch(`${local.origin}${path}/body`);
    expect(body.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('is moved by the buttons of the page without JavaScript', async () => {
    const before = Date.parse((await client.clock()).now);
    const answer = await fetch(`${local.origin}/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'advance=PT1H',
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    expect(Date.parse((await client.clock()).now) - before).toBeGreaterThanOrEqual(3_600_000);
  });

  it('refuses a duration that is none, in words', async () => {
    await expect(client.advance('a while')).rejects.toThrow(/400 .*wanted an ISO 8601 duration/);
    for (const body of ['null', '[]', 'x', '']) {
      const answer = await fetch(`${local.origin}/local/clock`, { method: 'POST', body });
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });

  it(
    'has the studio behind its start page, over what customers get',
    async () => {
      expect(await (await fetch(`${local.origin}/`)).text()).toContain('href="/studio"');
      const list = await fetch(`${local.origin}/studio`);
      expect(list.status).toBe(200);
      expect(await list.text()).toContain('Everything is published.');
      const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
      expect((await fetch(`${local.origin}/studio/releases/publish`, foreign)).status).toBe(403);
    },
    MINUTES_5,
  );

  it('refuses pages of other sites', async () => {
    const answer = await fetch(`${local.origin}/local/clock`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: '{"advance":"P7D"}',
    });
    expect(answer.status).toBe(403);
  });

  it(
    'keeps customers, mails and the clock over a restart',
    async () => {
      const before = { inbox: await client.inbox(), status: await client.status() };
      expect(await local.end()).toBe(0);
      local = await startLocal(dir);
      client = clientOf(local.origin);
      const after = { inbox: await client.inbox(), status: await client.status() };
      expect(after.inbox).toEqual(before.inbox);
      expect(after.status).toMatchObject({
        events: before.status.events,
        customers: before.status.customers,
        states: before.status.states,
        writeKey: before.status.writeKey,
      });
      expect(Date.parse(after.status.clock)).toBeGreaterThanOrEqual(
        Date.parse(before.status.clock),
      );
      await client.send(firstOrder('gil'));
      await client.advance('P3D');
      expect((await client.inbox()).length).toBeGreaterThanOrEqual(before.inbox.length);
    },
    MINUTES_5,
  );

  it(
    'says in one sentence that the port is busy',
    async () => {
      const other = mkdtempSync(join(tmpdir(), 'perennial-e2e-'));
      const port = Number(new URL(local.origin).port);
      await expect(startLocal(other, ['--empty'], port)).rejects.toThrow(
        `Port ${port} is busy: stop what listens there, or choose another with --port.\n`,
      );
      rmSync(other, { recursive: true, force: true });
    },
    MINUTES_5,
  );
});
