/** Files are published into a running system by the commands that people use; nothing is restarted. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../cli/command.ts';
import { publishCommand } from '../../cli/publish.ts';
import { pullCommand } from '../../cli/pull.ts';
import { releasesCommand } from '../../cli/releases.ts';
import { rollbackCommand } from '../../cli/rollback.ts';
import { testMailCommand } from '../../cli/test-mail.ts';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';
import { readTemplates } from '../../infra/templates/files.ts';
import { clientOf, firstOrder, type LocalProcess, startLocal } from './local-process.ts';

const MINUTES_5 = 300_000;
const MINUTE_MS = 60_000;
/** The second mail of its journey: a run is under way when the first has gone. */
const HELP = 'abandoned-cart/help.mjml';

let dir: string;
let files: string;
let local: LocalProcess;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-publish-'));
  files = join(dir, 'files');
  cpSync(TEMPLATES_DIR, files, { recursive: true });
  local = await startLocal(join(dir, 'data'));
  client = clientOf(local.origin);
}, MINUTES_5);

afterAll(async () => {
  await local?.end();
  rmSync(dir, { recursive: true, force: true });
}, MINUTES_5);

const COMMANDS = {
  publish: publishCommand,
  releases: releasesCommand,
  rollback: rollbackCommand,
  pull: pullCommand,
  'test-mail': testMailCommand,
};

/** As `npm run <name> -- … --local` does it; resolves to what it said, rejects with it. */
async function command(name: keyof typeof COMMANDS, ...args: string[]): Promise<string> {
  process.env['PERENNIAL_DATA'] = join(dir, 'data');
  const said: string[] = [];
  const wrong: string[] = [];
  const code = await runCommand(COMMANDS[name], [...args, '--local', '--dir', files], {
    out: (text) => void said.push(text),
    err: (text) => void wrong.push(text),
  });
  if (code !== 0) throw new Error(wrong.join('\n'));
  return said.join('\n');
}

function changeSubject(text: string): void {
  const file = join(files, HELP);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.replace(/^subject: .*$/m, `subject: "${text}"`));
}

/** One customer of ten is held out of each journey: of three, somebody gets a mail. */
const shoppers = (group: string) => [1, 2, 3].map((n) => `${group}${n}`);
const fillCarts = (group: string) =>
  client.send(
    shoppers(group).flatMap((user) => [
      ...firstOrder(user).slice(0, 1),
      {
        type: 'track',
        userId: user,
        messageId: `${user}-cart`,
        event: 'Cart Updated',
        properties: {
          cart_id: `${user}-cart`,
          currency: 'EUR',
          products: [{ product_id: 'ring', name: 'Amber ring', price: 59, quantity: 1 }],
        },
      },
    ]),
  );
/** Four hours of quiet after the cart, and a night in which nobody is mailed. */
const FIRST_MAIL = 'PT17H';
const subjectsFor = async (group: string) => {
  const mails = (await client.inbox()).filter(({ tags }) => tags['perennial-step'] === 'help');
  const own = mails.filter(({ to }) => shoppers(group).some((user) => to[0]?.startsWith(user)));
  expect(own.length).toBeGreaterThan(0);
  return [...new Set(own.map(({ subject }) => subject))];
};
const words = JSON.parse(
  readFileSync(join(TEMPLATES_DIR, 'abandoned-cart', 'locales', 'en.default.json'), 'utf8'),
) as { help: { subject: string } };
const OLD = words.help.subject;
/** The same words with something before them: a key that no mail says would be refused. */
const NEW = `Published: ${OLD}`;
const newSubject = (mark: string) => `${mark}: {{ 'help.subject' | t }}`;

describe('publishing into a running system', () => {
  it(
    'leaves a run in progress its mail, and gives a new run the new one, within a minute',
    async () => {
      await fillCarts('early');
      await client.advance(FIRST_MAIL);
      changeSubject(newSubject('Published'));
      const said = await command('publish', '--message', 'Warmer', '--author', 'Ann');
      expect(said).toMatch(/abandoned-cart\/help +subject .* Published: /);
      const before = Date.parse((await client.clock()).now);
      await client.advance('PT1M');
      expect(Date.parse((await client.clock()).now) - before).toBeLessThan(2 * MINUTE_MS);
      await fillCarts('late');
      await client.advance('P4D');
      expect(await subjectsFor('early')).toEqual([OLD]);
      expect(await subjectsFor('late')).toEqual([NEW]);
    },
    MINUTES_5,
  );

  it(
    'goes back, and stops the mails of what was taken back, those of runs in progress too',
    async () => {
      await fillCarts('between');
      await client.advance(FIRST_MAIL);
      expect(await command('rollback', '1', '--message', 'Too warm')).toContain('Too warm');
      await client.advance('PT1M');
      await fillCarts('after');
      await client.advance('P4D');
      expect(await subjectsFor('between')).toEqual([OLD]);
      expect(await subjectsFor('after')).toEqual([OLD]);
      const history = await command('releases');
      expect(history).toMatch(/3 \* .*Too warm +back to 1, 1 release withdrawn/);
      expect(history).toMatch(/2 .* Ann .*Warmer/);
    },
    MINUTES_5,
  );

  it(
    'tells who is late, and gives every version back byte for byte',
    async () => {
      const mine = readTemplates(files);
      changeSubject(newSubject('Mine'));
      await expect(command('publish', '--message', 'Mine')).rejects.toThrow(
        'was published since version 2, which these files are of',
      );
      await expect(command('pull')).rejects.toThrow(HELP);
      changeSubject(newSubject('Published'));
      await command('pull');
      expect(readTemplates(files)).toEqual(readTemplates(TEMPLATES_DIR));
      await command('pull', '2');
      expect(readTemplates(files)).toEqual(mine);
    },
    MINUTES_5,
  );

  it(
    'refuses a mail with a mistake, with file and line, and publishes nothing of it',
    async () => {
      await command('pull');
      changeSubject('{{ customer.frist_name }}');
      await expect(command('publish', '--message', 'Typo')).rejects.toThrow(
        /abandoned-cart\/help\.mjml:2: got .*customer\.frist_name/,
      );
      expect(await command('releases')).toContain('3 *');
    },
    MINUTES_5,
  );
});

describe('a test mail', () => {
  it(
    'arrives marked, as a sample and as a real customer, and changes no figure',
    async () => {
      await command('pull', '--force');
      await fillCarts('tested');
      await client.advance('PT10M');
      const figures = async () => {
        const { events, customers, states } = await client.status();
        return { events, customers, states };
      };
      const before = await figures();
      const already = (await client.inbox()).length;
      const mail = ['--mail', 'abandoned-cart/reminder', '--to', 'me@shop.example.com'];
      expect(await command('test-mail', ...mail, '--locale', 'lt')).toContain('in the words of lt');
      await command('test-mail', ...mail, '--customer', 'tested1');
      await client.advance('PT10M');
      const mails = (await client.inbox()).slice(already);
      expect(mails.map(({ to }) => to)).toEqual([['me@shop.example.com'], ['me@shop.example.com']]);
      for (const { subject, headers, tags, html } of mails) {
        expect(subject).toMatch(/^\[Test\] /);
        expect(headers.map(({ name }) => name)).toEqual(['X-Perennial-Test']);
        expect(Object.keys(tags).filter((name) => name.startsWith('perennial-'))).toEqual([]);
        expect(html).toContain('#test-mail');
      }
      expect(mails[1]?.text).toContain('Amber ring');
      expect(await figures()).toEqual(before);
    },
    MINUTES_5,
  );
});
