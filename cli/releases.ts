/**
 * What was published, by whom and why, newest first:
 *
 *   npm run releases [-- --stage dev|prod | --local] [--limit N | --all]
 */
import { history } from '../functions/app/publishing.ts';
import type { Publication } from '../functions/contract/publishing.ts';
import { argumentsOf, type Io, runCommand, wholeNumber } from './command.ts';
import { inPlace, minute, PLACE_OPTIONS, PLACE_USAGE, show, table } from './publishing.ts';

const USAGE = `npm run releases
${PLACE_USAGE}
  [--limit N | --all]            versions that are shown; 20`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  limit: { type: 'string', default: '20' },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const LIMIT_MAX = 10_000;

/** How a version came about, where it was not simply published. */
function noteOf({ how, of, withdrawn = [] }: Publication): string {
  if (how === 'deployed') return 'came with the deployment';
  if (how !== 'rolled-back') return '';
  const releases = withdrawn.length === 1 ? '1 release' : `${withdrawn.length} releases`;
  return `back to ${of}${withdrawn.length > 0 ? `, ${releases} withdrawn` : ''}`;
}

/** Lines of the history; the first row is current. */
export function historyLines(rows: readonly Publication[], all: boolean): string[] {
  if (rows.length === 0) return ['Nothing was published yet.'];
  const cells = rows.map((row, at) => [
    `${row.version}${at === 0 ? ' *' : ''}`,
    minute(row.at),
    row.author,
    row.release,
    row.message,
    noteOf(row),
  ]);
  const oldest = rows.at(-1)?.version ?? 1;
  return [
    ...table([['VERSION', 'PUBLISHED', 'BY', 'RELEASE', 'MESSAGE', ''], ...cells]),
    ...(!all && oldest > 1 ? [`  and ${oldest - 1} before: --all`] : []),
  ];
}

export async function releasesCommand(argv: string[], io: Io): Promise<void> {
  const { limit, all, help, ...values } = argumentsOf(argv, OPTIONS, USAGE);
  if (help) return io.out(USAGE);
  const shown = all ? undefined : wholeNumber('limit', limit, 1, LIMIT_MAX);
  await inPlace(values, async (place) => {
    const rows = await history(place, shown);
    show(io, [`${place.name}; * is current`, ...historyLines(rows, all)]);
  });
}

if (import.meta.main) process.exitCode = await runCommand(releasesCommand);
