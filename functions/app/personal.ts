/** Everything held of one person: where it lies, for whoever exports or erases it. */
import type { Key } from '../contract/keys.ts';
import { aliasId } from '../contract/ids.ts';
import type { Gate } from '../contract/messages.ts';
import type { LoggedEvent } from '../contract/own-events.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer } from '../domain/customer.ts';

export type Row = Key & { [name: string]: unknown };

export type PersonalRows = {
  /** The customer that the alias belongs to, and all aliases that are this customer, its own first. */
  aliasesOf(id: string): Promise<string[]>;
  /** As it stands; an empty one where there is none. */
  customer(id: string): Promise<Customer>;
  gate(id: string): Promise<Gate>;
  /** All rows of the customer's partition of the state table. */
  state(id: string): Promise<Row[]>;
  /** Rows of the alias's partition of the log; `logged` where it can be read. */
  log(id: string): Promise<{ key: Key; logged: LoggedEvent | undefined }[]>;
  /** Requests to be erased that came through a maker's webhook, and the aliases that each names. */
  erasuresAsked(): Promise<{ key: Key; aliases: string[] }[]>;
  removeState(key: Key): Promise<void>;
  removeLog(key: Key): Promise<void>;
  /** Replaces what is known of the alias by nothing but when it was erased. */
  forget(id: string, erasedAt: Instant): Promise<void>;
  changeGate(id: string, change: (gate: Gate) => Gate): Promise<void>;
};

/** Hashes that an address, an id of the shop's, or a customerId may stand for. */
export function namesOf(asked: string): string[] {
  const text = asked.trim();
  if (text.includes('@')) return [aliasId('email', text)];
  const kinds = (['user', 'anonymous', 'card'] as const).map((kind) => aliasId(kind, text));
  return /^[\w-]{22}$/.test(text) ? [text, ...kinds] : kinds;
}

/** Who was asked for; `undefined` where nothing is held. */
export async function findPerson(rows: PersonalRows, asked: string): Promise<string[] | undefined> {
  for (const name of namesOf(asked)) {
    const aliases = await rows.aliasesOf(name);
    for (const alias of aliases) {
      const held = await Promise.all([rows.state(alias), rows.log(alias)]);
      if (held.some((list) => list.length > 0)) return aliases;
    }
  }
  return undefined;
}
