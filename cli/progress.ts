/** How far a command has come: a bar on a screen, a line every few seconds elsewhere. */

export type Progress = {
  /** `done` of the size told at the start, in bytes or in rows; `rows` for people. */
  at(done: number, rows: number): void;
  end(): void;
};

const BAR_CHARS = 30;
const SCREEN_MS = 100;
const LINE_MS = 3_000;
/** Asking the clock for each row would cost more than reading it. */
const ROWS_PER_LOOK = 2_048;

/** Of `all`, in the words given: `reading: 45%, 180,000 rows`. */
export function progressOf(
  stream: NodeJS.WriteStream | undefined,
  all: number,
  [verb, things]: readonly [verb: string, things: string],
): Progress {
  if (!stream) return { at: () => {}, end: () => {} };
  const started = performance.now();
  let shown = started;
  let open = false;
  return {
    at(done, rows) {
      if (rows % ROWS_PER_LOOK !== 0) return;
      const now = performance.now();
      if (now - shown < (stream.isTTY ? SCREEN_MS : LINE_MS)) return;
      shown = now;
      const share = all > 0 ? Math.min(1, done / all) : 1;
      const text = `${Math.floor(share * 100)}%, ${rows.toLocaleString('en')} ${things}`;
      if (!stream.isTTY) stream.write(`${verb}: ${text}\n`);
      else stream.write(`\r\u001b[K${bar(share)} ${text}`);
      open = stream.isTTY;
    },
    end() {
      if (open) stream.write('\r\u001b[K');
      open = false;
    },
  };
}

const bar = (share: number): string => {
  const full = Math.round(share * BAR_CHARS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)}`;
};

/** What is being done now, for steps of seconds; written over on a screen. */
export function steps(stream: NodeJS.WriteStream | undefined) {
  const clear = stream?.isTTY ? '\r\u001b[K' : '';
  return {
    show: (text: string): void => {
      stream?.write(`${clear}${text}${stream.isTTY ? '' : '\n'}`);
    },
    end: (): void => {
      stream?.write(clear);
    },
  };
}
