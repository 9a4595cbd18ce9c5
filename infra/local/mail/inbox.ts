/** Every mail that was accepted, as the recipient sees it; kept in a file over restarts. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Instant } from '../../../functions/contract/time.ts';

export type InboxMail = {
  /** Message id of SES. */
  id: string;
  /** Virtual time. */
  at: Instant;
  to: string[];
  from: string;
  replyTo: string[];
  subject: string;
  html: string;
  text: string;
  headers: { name: string; value: string }[];
  tags: { [name: string]: string };
};

export class Inbox {
  private readonly file: string;
  private readonly all: InboxMail[];
  private readonly byId = new Map<string, InboxMail>();
  private listeners: ((mail: InboxMail) => void)[] = [];

  constructor(file: string) {
    this.file = file;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    this.all = lines.filter((line) => line !== '').map((line): InboxMail => JSON.parse(line));
    for (const mail of this.all) this.byId.set(mail.id, mail);
  }

  add(mail: InboxMail): void {
    this.all.push(mail);
    this.byId.set(mail.id, mail);
    appendFileSync(this.file, `${JSON.stringify(mail)}\n`);
    for (const listener of this.listeners) listener(mail);
  }

  onMail(listener: (mail: InboxMail) => void): void {
    this.listeners.push(listener);
  }

  get(id: string): InboxMail | undefined {
    return this.byId.get(id);
  }

  /** Oldest first. */
  list(): readonly InboxMail[] {
    return this.all;
  }
}
