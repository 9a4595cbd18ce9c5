/** A queue like SQS's standard ones, on the virtual clock: delay, visibility timeout, dead letters. */
import { createHash, randomUUID } from 'node:crypto';
import type { Instant } from '../../../functions/contract/time.ts';
import type { QueuePlan } from '../template/plan.ts';

export type StoredMessage = {
  id: string;
  body: string;
  sentAt: Instant;
  /** Hidden until then: delayed, or received and not yet deleted. */
  visibleAt: Instant;
  receives: number;
  firstReceivedAt?: Instant;
  /** Of the last receive; only this one may delete. */
  receipt?: string;
};
export type Received = StoredMessage & { receipt: string };

export class Queue {
  readonly plan: QueuePlan;
  private readonly now: () => Instant;
  private readonly ready: StoredMessage[] = [];
  private readonly hidden = new Map<string, StoredMessage>();
  private deadLetters: Queue | undefined;
  private listeners: (() => void)[] = [];

  constructor(plan: QueuePlan, now: () => Instant) {
    this.plan = plan;
    this.now = now;
  }

  /** Where messages go that were received too often. */
  redriveTo(queue: Queue): void {
    this.deadLetters = queue;
  }

  /** Called whenever a message may be ready. */
  onReady(listener: () => void): void {
    this.listeners.push(listener);
  }

  send(body: string, delayMs = this.plan.delayMs): string {
    const now = this.now();
    const message: StoredMessage = {
      id: randomUUID(),
      body,
      sentAt: now,
      visibleAt: now + delayMs,
      receives: 0,
    };
    this.place(message);
    return message.id;
  }

  private place(message: StoredMessage): void {
    if (message.visibleAt > this.now()) {
      this.hidden.set(message.id, message);
      return;
    }
    this.ready.push(message);
    for (const listener of this.listeners) listener();
  }

  /** At most `limit` messages; each is hidden for the visibility timeout, or dead after its last try. */
  receive(limit: number, visibilityMs = this.plan.visibilityMs): Received[] {
    this.reveal();
    const now = this.now();
    const out: Received[] = [];
    while (out.length < limit) {
      const message = this.ready.shift();
      if (!message) break;
      if (this.isDead(message)) continue;
      message.receives += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + visibilityMs;
      message.receipt = `${message.id}#${message.receives}`;
      this.hidden.set(message.id, message);
      // A copy: who holds an old receipt must not see the one of a later receive.
      out.push({ ...message } as Received);
    }
    return out;
  }

  private isDead(message: StoredMessage): boolean {
    const now = this.now();
    if (now - message.sentAt > this.plan.retentionMs) return true;
    const { redrive } = this.plan;
    if (!redrive || !this.deadLetters || message.receives < redrive.maxReceives) return false;
    // The dead letter keeps its id and its time of sending, as in SQS.
    this.deadLetters.place({ ...message, visibleAt: now, receives: 0 });
    return true;
  }

  /** True when the receipt was the last one of a message that is still there. */
  delete(receipt: string): boolean {
    const id = receipt.split('#')[0] ?? '';
    const message = this.hidden.get(id);
    if (message?.receipt !== receipt) return false;
    return this.hidden.delete(id);
  }

  /** Hides a received message for so long from now; 0 shows it at once. */
  hide(receipt: string, ms: number): boolean {
    const message = this.hidden.get(receipt.split('#')[0] ?? '');
    if (message?.receipt !== receipt) return false;
    message.visibleAt = this.now() + ms;
    this.hidden.delete(message.id);
    this.place(message);
    return true;
  }

  /** Moves what has become visible to the end of the line. */
  reveal(): void {
    const now = this.now();
    for (const message of this.hidden.values()) {
      if (message.visibleAt > now) continue;
      this.hidden.delete(message.id);
      this.place(message);
    }
  }

  get hasReady(): boolean {
    return this.ready.length > 0;
  }

  /** When the next hidden message becomes visible. */
  nextVisibleAt(): Instant | undefined {
    let next: Instant | undefined;
    for (const { visibleAt } of this.hidden.values()) {
      if (next === undefined || visibleAt < next) next = visibleAt;
    }
    return next;
  }

  depth(): { visible: number; inFlight: number; delayed: number } {
    this.reveal();
    const hidden = [...this.hidden.values()];
    const inFlight = hidden.filter(({ receives }) => receives > 0).length;
    return { visible: this.ready.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Everything that it holds, to be kept over a restart. */
  snapshot(): StoredMessage[] {
    return [...this.ready, ...this.hidden.values()];
  }

  restore(messages: readonly StoredMessage[]): void {
    for (const message of messages) this.place({ ...message });
  }
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
