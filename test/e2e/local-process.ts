/** Starts `npm start` as a person would, in a folder of its own, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../infra/local/data/dynoxide.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export type LocalProcess = {
  origin: string;
  output(): string;
  /** Ctrl-C; resolves to the exit code. */
  end(): Promise<number | null>;
};

/** Resolves when it runs; rejects with what it said when it ends before. */
export async function startLocal(
  dataDir: string,
  args: string[] = ['--empty'],
  port?: number,
): Promise<LocalProcess> {
  const chosen = port ?? (await freePort());
  const child = spawn(process.execPath, ['cli/start.ts', '--port', String(chosen), ...args], {
    cwd: ROOT,
    env: { ...process.env, PERENNIAL_DATA: dataDir },
  });
  let output = '';
  const ended = exitOf(child);
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Perennial runs at')) resolve();
      });
    }
    void ended.then(() => reject(new Error(output)));
  });
  return {
    origin: `http://localhost:${chosen}`,
    output: () => output,
    end: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('close', resolve);
  });

export type Mail = {
  to: string[];
  subject: string;
  html: string;
  text: string;
  headers: { name: string; value: string }[];
  tags: { [name: string]: string };
  ledgerId: string | null;
  at: string;
};

/** What people and tests ask of a local run. */
export const clientOf = (origin: string) => {
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const answer = await fetch(`${origin}${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  type Status = {
    writeKey: string;
    events: number;
    customers: number;
    clock: string;
    states: { [state: string]: number };
  };
  const status = () => json<Status>('/local/status');
  return {
    status,
    inbox: () => json<Mail[]>('/local/inbox'),
    clock: () => json<{ now: string; mode: string }>('/local/clock'),
    advance: (duration: string) =>
      json<{ now: string }>('/local/clock', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: duration }),
      }),
    send: async (batch: object[]) => {
      const { writeKey } = await status();
      return json<{ accepted: number }>('/v1/batch', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        },
        body: JSON.stringify({ batch }),
      });
    },
  };
};

/** A customer who may be mailed and has just ordered. */
export const firstOrder = (user: string, order = `${user}-1`) => [
  {
    type: 'identify',
    userId: user,
    messageId: `${user}-identify`,
    traits: { email: `${user}@example.org`, marketing_consent: true, firstName: 'Ann' },
  },
  orderOf(user, order),
];
export const orderOf = (user: string, order: string) => ({
  type: 'track',
  userId: user,
  messageId: `${order}-completed`,
  event: 'Order Completed',
  properties: {
    order_id: order,
    total: 59,
    currency: 'EUR',
    products: [{ product_id: 'ring', name: 'Amber ring', price: 59, quantity: 1 }],
  },
});
