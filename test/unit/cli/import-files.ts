/** Imports of files made up in tests. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJob } from '../../../cli/import.ts';
import type { What } from '../../../cli/import/jobs.ts';
import type { LogWriter } from '../../../functions/app/ports.ts';
import type { Gate } from '../../../functions/contract/messages.ts';
import type { LoggedEvent } from '../../../functions/contract/own-events.ts';
import { openGate } from '../../../functions/domain/gate.ts';

export const NOW = Date.UTC(2026, 5, 1, 12);
export const AS_OF = Date.UTC(2026, 4, 31);

/** The log, as far as an import sees it. It breaks off after so many writes. */
export class Log implements LogWriter {
  readonly rows = new Map<string, LoggedEvent>();
  readonly gates = new Map<string, Gate>();
  writes = 0;
  repeats = 0;
  breaksAfter = Number.POSITIVE_INFINITY;

  async append(logged: LoggedEvent) {
    this.writes += 1;
    if (this.writes > this.breaksAfter) throw new Error('the power went');
    const key = `${logged.event.key.pk} ${logged.event.key.sk}`;
    if (this.rows.has(key)) {
      this.repeats += 1;
      return 'duplicate' as const;
    }
    this.rows.set(key, logged);
    return 'stored' as const;
  }

  async appendAndNarrow(logged: LoggedEvent, update: (gate: Gate) => Gate) {
    const { aliasId } = logged.event;
    this.gates.set(aliasId, update(this.gates.get(aliasId) ?? openGate(aliasId)));
    return this.append(logged);
  }

  get events() {
    return [...this.rows.values()].map(({ event }) => event);
  }

  get names() {
    return this.events.map(({ name }) => name);
  }
}

type Extra = { maps?: string[]; dates?: 'dmy' | 'mdy'; list?: string; zone?: string };

/** Where a file of a test lies, with what the import leaves beside it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'perennial-import-'));

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  async run(what: What, file: string, log: Log | undefined, extra: Extra = {}) {
    const said: string[] = [];
    const io = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
    const { maps = [], zone = 'Europe/Vilnius', ...rest } = extra;
    const options = { maps, zone, now: NOW, asOf: AS_OF, ...rest };
    const report = await importJob({ what, file }, options, {
      io,
      currency: 'EUR',
      target: 'a test',
      log,
    });
    return { report, said: said.join('\n') };
  }

  rejects(name: string): string {
    return readFileSync(join(this.path, `${name}.rejects.csv`), 'utf8');
  }
}
