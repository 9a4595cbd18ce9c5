/** How fast the kernel is on one core, and how long a replay of a million events takes. */
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventArena } from '../../functions/app/replay/event-arena.ts';
import { Heap } from '../../functions/app/replay/heap.ts';
import { eventFromLine } from '../../functions/contract/log-lines.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { type Customer, emptyCustomer } from '../../functions/domain/customer.ts';
import { decide } from '../../functions/domain/decide.ts';
import { mixEvents } from './mix.ts';

export type DecideSpeed = {
  events: number;
  wakes: number;
  /** Of events alone, and of events and the wakes that they cause. */
  eventsPerSecond: number;
  callsPerSecond: number;
  /** Micro-seconds a call. */
  eventUs: number;
  wakeUs: number;
};

type Wake = { at: Instant; id: string };

/** The reference mix through `decide`, wakes at their times; only the calls are timed. */
export function decideSpeed(policy: Policy, count: number): DecideSpeed {
  const arena = new EventArena();
  for (const event of mixEvents(count)) {
    const read = eventFromLine(event, { currency: policy.settings.shop.currency });
    if (read.ok) arena.add(read.event);
  }
  const events = [...arena.inOrder('received')];
  const customers = new Map<string, Customer>();
  const due = new Heap<Wake>((a, b) => (a.at === b.at ? a.id < b.id : a.at < b.at));
  let [eventMs, wakeMs, wakes] = [0, 0, 0];
  const keep = (before: Customer, after: Customer) => {
    customers.set(after.id, after);
    const { nextWakeAt } = after;
    if (nextWakeAt !== undefined && nextWakeAt !== before.nextWakeAt) {
      due.push({ at: nextWakeAt, id: after.id });
    }
  };
  const wakeBefore = (limit: Instant) => {
    const started = performance.now();
    for (let next = due.peek(); next && next.at < limit; next = due.peek()) {
      due.pop();
      const customer = customers.get(next.id);
      if (customer?.nextWakeAt !== next.at) continue;
      wakes += 1;
      keep(customer, decide(customer, { kind: 'wake', dueAt: next.at }, policy).customer);
    }
    wakeMs += performance.now() - started;
  };
  for (const event of events) {
    wakeBefore(event.receivedAt);
    const customer = customers.get(event.aliasId) ?? emptyCustomer(event.aliasId);
    const started = performance.now();
    keep(customer, decide(customer, { kind: 'event', event }, policy).customer);
    eventMs += performance.now() - started;
  }
  return {
    events: events.length,
    wakes,
    eventsPerSecond: (events.length / eventMs) * 1000,
    callsPerSecond: ((events.length + wakes) / (eventMs + wakeMs)) * 1000,
    eventUs: (eventMs / events.length) * 1000,
    wakeUs: wakes === 0 ? 0 : (wakeMs / wakes) * 1000,
  };
}

export type ReplaySpeed = { events: number; seconds: number; told: string[] };

const CHUNK = 1000;

/** The command as people run it, reading the file included. */
export async function replaySpeed(count: number, dir: string): Promise<ReplaySpeed> {
  const file = join(dir, 'mix.jsonl');
  const fd = openSync(file, 'w');
  let lines: string[] = [];
  for (const event of mixEvents(count)) {
    if (lines.push(JSON.stringify(event)) < CHUNK) continue;
    writeSync(fd, `${lines.join('\n')}\n`);
    lines = [];
  }
  writeSync(fd, lines.map((line) => `${line}\n`).join(''));
  closeSync(fd);
  const started = performance.now();
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['cli/replay.ts', '--events', file, '--out', join(dir, 'decisions.jsonl')],
    { maxBuffer: 1 << 26 },
  );
  const seconds = (performance.now() - started) / 1000;
  const told = [
    ...stderr.split('\n').filter((line) => / events of | wakes, /.test(line)),
    stdout.trim().split('\n').at(-1) ?? '',
  ];
  return { events: count, seconds, told };
}
