/**
 * A stretch of the log once more through the lanes of `react`, for what a stream or a queue lost:
 *
 *   npm run republish -- --from ISO --to ISO [--stage dev|prod | --local]
 *
 * By the time of receipt, `from` included, `to` not. What had arrived already changes nothing. Other
 * listeners of the bus hear nothing twice.
 */
import { parseArgs } from 'node:util';
import { scanEvents, type Stretch } from '../functions/adapters/dynamodb/log.ts';
import { laneBus } from '../functions/adapters/queue/lanes.ts';
import { sqsQueue } from '../functions/adapters/queue/sqs.ts';
import { republish, type Republished } from '../functions/app/republish.ts';
import { stageOf } from '../infra/stage-config.ts';
import { momentOf } from './export-log.ts';
import { NoTarget, progressLine, type Target, targetOf } from './targets.ts';

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  stage: { type: 'string' },
  local: { type: 'boolean' },
} as const;

/** The stretch again; the sums. */
export async function republishStretch(
  { client, logTable, lanes }: Pick<Target, 'client' | 'logTable' | 'lanes'>,
  stretch: Stretch,
): Promise<Republished> {
  if (!lanes) throw new NoTarget('Nothing is running there: start it with npm start.');
  const line = progressLine();
  const done = await republish({
    pages: scanEvents({ client, logTable }, stretch),
    bus: laneBus({
      facts: sqsQueue(lanes.sqs, lanes.facts),
      browse: sqsQueue(lanes.sqs, lanes.browse),
      onError: (error) => line.end(`A queue refused a call: ${(error as Error).name}`),
    }),
    progress: ({ scanned, published }) => line.show(`${scanned} rows read, ${published} sent`),
  });
  line.end(`${done.published} events sent, ${done.refused} refused, of ${done.scanned} rows read`);
  return done;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const from = momentOf('from', values.from);
  const to = momentOf('to', values.to);
  if (from === undefined || to === undefined || from >= to) {
    throw new Error('wanted --from and a later --to, both ISO 8601 such as 2026-06-01T12:00:00Z');
  }
  const target = await targetOf({ local: values.local, stage: stageOf(values.stage) });
  const { refused } = await republishStretch(target, { from, to }).finally(target.close);
  if (refused > 0) throw new Error(`${refused} events were refused: run the same command again.`);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
