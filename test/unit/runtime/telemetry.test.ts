import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AT_ONCE, FIGURES } from '../../../functions/contract/figures.ts';
import { publishFigures, telemetry } from '../../../functions/runtime/telemetry.ts';

const MINUTE_MS = 60_000;
let now = Date.UTC(2026, 2, 2);
let lines: { [key: string]: unknown }[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    for (const line of String(text).trim().split('\n')) lines.push(JSON.parse(line));
    return true;
  });
  // What the test before has held back.
  now += MINUTE_MS;
  publishFigures(true);
  now += MINUTE_MS;
  lines = [];
});
afterEach(() => vi.restoreAllMocks());

const ingest = (calls: number) => {
  for (let n = 0; n < calls; n += 1) {
    telemetry().count(FIGURES.eventsLogged);
    publishFigures();
  }
};

describe('a busy function', () => {
  it('writes one line a minute, however many events it stores, and loses none of their count', () => {
    ingest(100);
    expect(lines).toHaveLength(1);
    now += MINUTE_MS;
    ingest(1);
    expect(lines.map((line) => line[FIGURES.eventsLogged])).toEqual([1, 100]);
  });

  it('writes nothing at all where nothing was counted', () => {
    publishFigures();
    telemetry().count('Ledger_requeued', 0);
    publishFigures();
    expect(lines).toEqual([]);
  });

  it.each([...AT_ONCE])('tells %s at the end of the call, since an alarm hears it', (figure) => {
    ingest(1);
    telemetry().count(figure, 2);
    publishFigures();
    expect(lines.at(-1)).toMatchObject({ [figure]: 2 });
  });

  it('tells a gauge that stands at zero, so that silence means something', () => {
    telemetry().count(FIGURES.ledgerOverdue, 0);
    publishFigures();
    expect(lines.at(-1)).toMatchObject({ [FIGURES.ledgerOverdue]: 0 });
  });

  it('holds nothing back when a call fails', () => {
    ingest(2);
    publishFigures(true);
    expect(lines).toHaveLength(2);
  });
});

describe('a line of metrics', () => {
  it('is embedded metric format without a level, which Lambda lets through as INFO', () => {
    telemetry().count('EventsRejected.too-large');
    publishFigures();
    const [metrics, counted] = lines;
    expect(metrics).toMatchObject({ _aws: expect.anything(), [FIGURES.eventsRejected]: 1 });
    expect(metrics).not.toHaveProperty('level');
    expect(counted).toMatchObject({ level: 'INFO', fields: { 'EventsRejected.too-large': 1 } });
  });
});
