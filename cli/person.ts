/** What `export` and `erase` share: whom they are asked about, and where. */
import { parseArgs } from 'node:util';
import { dynamoPersonal } from '../functions/adapters/dynamodb/personal.ts';
import { stageOf } from '../infra/stage-config.ts';
import { CommandRefused } from './command.ts';
import { targetOf } from './targets.ts';

const OPTIONS = {
  out: { type: 'string' },
  stage: { type: 'string' },
  local: { type: 'boolean', default: false },
} as const;

export const rowsOf = dynamoPersonal;

/** The arguments: one ID or address, and the options. */
export function personArguments(argv: string[], usage: string) {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: OPTIONS,
    });
    const [asked, ...more] = positionals;
    if (asked && more.length === 0) return { ...values, asked, stage: stageOf(values.stage) };
  } catch (error) {
    throw new CommandRefused(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
  throw new CommandRefused(usage);
}
export type PersonArguments = ReturnType<typeof personArguments>;

/** Nobody is found: the answer names no address, since terminals are logged. */
export const nobody = (target: string): CommandRefused =>
  new CommandRefused(
    `${target}: nothing is held under that ID or address. Wanted a customerId, an id of the shop's, or an address.`,
  );

export const targetOfPerson = ({ local, stage }: PersonArguments) => targetOf({ local, stage });
