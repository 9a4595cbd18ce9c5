/** The data folder: what survives a restart, beside DynamoDB's own file. */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../../functions/contract/time.ts';
import { LocalError } from '../errors.ts';
import type { StoredMessage } from '../queue/queue.ts';

/** How the data came about; a demo that was interrupted begins anew. */
export type Story = {
  kind: 'empty' | 'demo' | 'orders';
  /** For people: file and slice of an order log. */
  detail: string;
  finished: boolean;
  assumeConsent: boolean;
};
export type SavedState = {
  format: 1;
  now: Instant;
  story: Story;
  queues: { [name: string]: StoredMessage[] };
  /** Stream positions by table. */
  streams: { [table: string]: string };
  /** Mails whose links were followed. */
  clicked: string[];
};

export const STATE_FILE = 'state.json';
const MARK = 'perennial-data';
const MINE = 'This folder is made by npm start. Delete it to start anew.\n';

export class DataFolder {
  readonly dir: string;

  /** Makes the folder; `fresh` empties it first, but never a folder that is not ours. */
  constructor(dir: string, fresh: boolean) {
    this.dir = dir;
    if (fresh) this.clear();
    mkdirSync(dir, { recursive: true });
    if (!existsSync(this.path(MARK))) writeFileSync(this.path(MARK), MINE);
  }

  path(...names: string[]): string {
    return join(this.dir, ...names);
  }

  clear(): void {
    if (!existsSync(this.dir)) return;
    const names = readdirSync(this.dir);
    if (names.length > 0 && !names.includes(MARK)) {
      throw new LocalError(
        'not-our-folder',
        `${this.dir} holds files that are not of the local run; name another PERENNIAL_DATA.`,
      );
    }
    for (const name of names) rmSync(this.path(name), { recursive: true, force: true });
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(this.path(MARK), MINE);
  }

  read(): SavedState | undefined {
    if (!existsSync(this.path(STATE_FILE))) return undefined;
    const state = JSON.parse(readFileSync(this.path(STATE_FILE), 'utf8')) as SavedState;
    if (state.format === 1) return state;
    throw new LocalError('old-data', `${this.dir} is of another version; start with --fresh.`);
  }

  /** Whole or not at all: a crash in between leaves the state before. */
  write(state: SavedState): void {
    writeFileSync(this.path(`${STATE_FILE}.new`), JSON.stringify(state));
    renameSync(this.path(`${STATE_FILE}.new`), this.path(STATE_FILE));
  }

  /** The secret from which write keys and links are made: one for as long as the folder lives. */
  secret(): string {
    return this.kept('secret');
  }

  /** The secret with which a maker's webhooks are signed here; whoever tries them out reads the file. */
  webhookSecret(maker: string): string {
    return this.kept(`webhook-secret-${maker}`);
  }

  private kept(name: string): string {
    const file = this.path(name);
    if (!existsSync(file))
      writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
    return readFileSync(file, 'utf8');
  }
}
