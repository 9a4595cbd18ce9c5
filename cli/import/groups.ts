/**
 * Rows of one order (or cart) together, in bounded memory: rows that follow each other are joined as they
 * come; of ids that come again further down, which a look over the file told, all rows are held to its end.
 */
import { CommandRefused } from '../command.ts';

/** Rows that are held to the end of the file: about 1 KB each. */
export const HELD_ROWS_MAX = 250_000;
/** Longer than any order of people; a file with one value in that column would otherwise be held whole. */
export const ROWS_PER_GROUP_MAX = 10_000;

/** Finds the ids whose rows do not all follow each other. It holds each id once. */
export class Scattering {
  private readonly closed = new Set<string>();
  readonly scattered = new Set<string>();
  private open: string | undefined;

  see(id: string): void {
    if (id === this.open) return;
    if (this.closed.has(id)) this.scattered.add(id);
    this.closed.add(id);
    this.open = id;
  }

  get size(): number {
    return this.closed.size;
  }
}

export class Groups<Row> {
  private readonly held = new Map<string, Row[]>();
  private readonly scattered: ReadonlySet<string>;
  private open: { id: string; rows: Row[] } | undefined;
  private heldRows = 0;

  constructor(scattered: ReadonlySet<string>) {
    this.scattered = scattered;
  }

  /** The rows of the group that this row ends, if it ends one. */
  add(id: string, row: Row): Row[] | undefined {
    if (this.scattered.has(id)) {
      this.hold(id, row);
      return undefined;
    }
    if (this.open?.id === id) {
      refuseLong(this.open.rows.push(row));
      return undefined;
    }
    const ended = this.open?.rows;
    this.open = { id, rows: [row] };
    return ended;
  }

  /** What is left at the end of the file, in its order. */
  *end(): Generator<Row[]> {
    if (this.open) yield this.open.rows;
    this.open = undefined;
    yield* this.held.values();
    this.held.clear();
  }

  private hold(id: string, row: Row): void {
    this.heldRows += 1;
    if (this.heldRows > HELD_ROWS_MAX) {
      throw new CommandRefused(
        `the rows of more than ${HELD_ROWS_MAX} lines do not stand beside the others of their order: sort the file by it`,
      );
    }
    const rows = this.held.get(id);
    if (rows) refuseLong(rows.push(row));
    else this.held.set(id, [row]);
  }
}

function refuseLong(rows: number): void {
  if (rows <= ROWS_PER_GROUP_MAX) return;
  throw new CommandRefused(
    `more than ${ROWS_PER_GROUP_MAX} rows under one id: is another column the order's? See --map`,
  );
}
