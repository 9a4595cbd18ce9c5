/** `npm start`: takes the port, builds, starts, lets the shop's year go by, then runs on. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { stages } from '../config.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { checkStage } from '../stage-config.ts';
import type { Pages } from '../studio/server.ts';
import { buildSystem } from './build.ts';
import { DataFolder, type SavedState, type Story } from './data/folder.ts';
import { fastFile } from './data/fast-file.ts';
import { tellEndpoint } from './endpoint-file.ts';
import type { StepFigures } from './figures.ts';
import { Predictions } from './predictions.ts';
import { playFeed } from './feed.ts';
import { publishFiles } from './publish-files.ts';
import { makeStory, type Play } from './story.ts';
import { startSystem, type System } from './system.ts';
import { tellCatalogue } from './tell-catalogue.ts';
import type { WebDeps } from './web/server.ts';
import { listen, localApp } from './web/server.ts';

export type RunOptions = {
  /** 0 takes a free one. */
  port: number;
  dataDir: string;
  fresh: boolean;
  /** What to start with where there is no data yet. */
  wish: { kind: 'empty' } | { kind: 'demo' } | { kind: 'orders'; file: string; customers?: number };
  /** Lines for the terminal. */
  say(line: string): void;
  /** 0 to 1, while the year goes by. */
  progress(share: number): void;
  /** The pages of marketers over this run. */
  studio?(shop: StudioShop): Promise<Pages>;
};

/** What the studio asks of the run that it is part of. */
export type StudioShop = { now(): Instant; figures(): StepFigures[] };

export type Run = {
  origin: string;
  writeKey: string;
  system: System;
  /** Resolves when the year, if any, has gone by. */
  settled: Promise<void>;
  stop(): Promise<void>;
};

const ALARMS_SHOWN = 15;

/** So often what is not in DynamoDB is written down: a crash loses seconds of queue positions at most. */
const SAVE_EVERY_MS = 2_000;

/** Starts everything; resolves when events are taken. Throws LocalError with one clear sentence. */
export async function run(options: RunOptions): Promise<Run> {
  const { server, serve } = await listen(options.port);
  try {
    return await behind(server, serve, options);
  } catch (cause) {
    server.close();
    throw cause;
  }
}

async function behind(
  server: Server,
  serve: Awaited<ReturnType<typeof listen>>['serve'],
  options: RunOptions,
): Promise<Run> {
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const folder = new DataFolder(options.dataDir, options.fresh);
  let saved = folder.read();
  if (saved && !saved.story.finished) {
    options.say('The last start ended before its year was over: it begins anew.');
    folder.clear();
    saved = undefined;
  }
  const { story, play } = await makeStory(options.wish, saved);
  if (story.kind !== options.wish.kind) {
    options.say(`Goes on with what is in ${options.dataDir} (${story.kind}); --fresh starts anew.`);
  }
  const assembly = await buildSystem({
    outDir: folder.path('templates'),
    bundlesDir: folder.path('functions'),
    assumeConsent: story.assumeConsent,
  });
  const lasting = folder.path('dynamodb.db');
  const fast = play && !existsSync(lasting) ? fastFile() : undefined;
  const system = await startSystem({
    assembly,
    folder,
    databaseFile: fast?.path ?? lasting,
    origin,
    start: saved?.now ?? play?.start ?? Date.now(),
    saved,
    warn: (line) => options.say(`! ${line}`),
  });
  if (play?.feed) await tellCatalogue(system, play.feed);
  await publishFiles(system, options.say);
  const endpointGone = tellEndpoint(folder, system);
  const running = new Running({ system, folder, story, options, origin });
  serve(localApp(running.web()));
  const settled = running.begin(play, async () => {
    if (!fast) return;
    await system.dynoxide.moveTo(lasting);
    fast.remove();
  });
  return {
    origin,
    writeKey: running.writeKey,
    system,
    settled,
    stop: async () => {
      endpointGone();
      server.closeAllConnections();
      server.close();
      await running.stop();
      fast?.remove();
    },
  };
}

type RunningParts = {
  system: System;
  folder: DataFolder;
  story: Story;
  options: RunOptions;
  origin: string;
};

class Running {
  readonly writeKey: string;
  private readonly parts: RunningParts;
  private progress: number | undefined;
  private readonly clicked = new Set<string>();
  private saver: NodeJS.Timeout | undefined;
  private settled: Promise<void> = Promise.resolve();
  private pages: Promise<Pages> | undefined;

  constructor(parts: RunningParts) {
    this.parts = parts;
    this.writeKey = writeKey('server', 1, parts.folder.secret());
  }

  /** Lets the year go by where there is one, then runs on with the machine's clock. */
  begin(play: Play | undefined, keep: () => Promise<void>): Promise<void> {
    const { system, story, options } = this.parts;
    if (!play) {
      story.finished = true;
      this.runOn();
      return Promise.resolve();
    }
    this.keepSaved();
    this.progress = 0;
    const feed = playFeed(play, system, this.writeKey, (id) => this.clicked.add(id));
    this.settled = system.driver
      .advance(play.end, feed, (now) => {
        this.progress = (now - play.start) / (play.end - play.start);
        options.progress(this.progress);
      })
      .then(() => (system.driver.ended ? undefined : this.yearIsOver(keep)));
    return this.settled;
  }

  private async yearIsOver(keep: () => Promise<void>): Promise<void> {
    await keep();
    this.parts.story.finished = true;
    this.progress = undefined;
    this.parts.options.progress(1);
    this.runOn();
  }

  private runOn(): void {
    this.parts.system.driver.flow();
    this.keepSaved();
  }

  /** While the year goes by, too: commands take the time from the file. */
  private keepSaved(): void {
    this.save();
    this.saver ??= setInterval(() => this.save(), SAVE_EVERY_MS);
  }

  private save(): void {
    const { system, folder, story } = this.parts;
    const state: SavedState = {
      format: 1,
      now: system.clock.now(),
      story,
      queues: Object.fromEntries(
        system.queues.map((queue) => [queue.plan.name, queue.snapshot()] as const),
      ),
      streams: Object.fromEntries(
        system.streams.map(({ table, position }) => [table.name, position ?? ''] as const),
      ),
      clicked: [...this.clicked],
    };
    folder.write(state);
  }

  async stop(): Promise<void> {
    clearInterval(this.saver);
    const { system } = this.parts;
    await system.driver.stop();
    await this.settled.catch(() => {});
    // Whatever is under way now is done before the threads end.
    await system.activity.idle();
    this.save();
    await system.stop();
  }

  private predictions(): Predictions {
    const { system } = this.parts;
    const { dynoxide, plan, clock, figures } = system;
    // The state table is the one with indexes.
    const stateTable = plan.tables.find(({ indexes }) => indexes.length > 0)?.name ?? '';
    return new Predictions({
      endpoint: `http://${dynoxide.host}:${dynoxide.port}`,
      stateTable,
      settings: checkStage('dev', stages.dev).settings,
      now: () => clock.now(),
      alarms: () => figures.lastAlarms(ALARMS_SHOWN),
    });
  }

  /** Loaded once; what failed is tried again. */
  private studio(open: NonNullable<RunOptions['studio']>): Promise<Pages> {
    const { clock, figures } = this.parts.system;
    const shop = { now: () => clock.now(), figures: () => figures.perStep() };
    this.pages ??= open(shop).catch((error: unknown) => {
      this.pages = undefined;
      throw error;
    });
    return this.pages;
  }

  web(): WebDeps {
    const { system, story, origin, options } = this.parts;
    const { clock, figures, inbox, plan } = system;
    const { studio } = options;
    return {
      ...(studio && { studio: () => this.studio(studio) }),
      predictions: this.predictions(),
      api: system.api,
      mails: () => inbox.list(),
      mail: (id) => inbox.get(id),
      ledgerRow: (id) => figures.messageOf(id),
      advance: (ms) => system.driver.advanceBy(ms),
      clock: () => ({
        now: clock.now(),
        flowing: clock.flowing,
        busy: this.progress !== undefined,
      }),
      status: () => ({
        clock: new Date(clock.now()).toISOString(),
        mode: clock.flowing ? 'flowing' : 'frozen',
        story: story.kind,
        progress: this.progress ?? null,
        states: figures.byState(),
        ...figures.totals(),
        mails: inbox.list().length,
        queues: Object.fromEntries(
          system.queues.map((queue) => [queue.plan.name, queue.depth()] as const),
        ),
        writeKey: this.writeKey,
        awsEndpoint: system.endpoint,
      }),
      overview: () => ({
        shop: stages.dev.settings.shop.name,
        now: clock.now(),
        flowing: clock.flowing,
        story,
        progress: this.progress,
        totals: figures.totals(),
        mails: inbox.list().length,
        states: figures.byState(),
        steps: figures.perStep(),
        decisions: figures.lastDecisions(20),
        parts: {
          functions: plan.functions.map(({ label }) => label),
          tables: plan.tables.length,
          queues: plan.queues.length,
          rules: plan.rules.length,
        },
        writeKey: this.writeKey,
        origin,
      }),
    };
  }
}
