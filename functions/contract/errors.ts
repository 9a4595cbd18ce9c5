/**
 * An error that we raise ourselves: `code` is stable (alarms and tests name it), the message says what was
 * got, what was wanted and what to do, and never holds an address, a name or a body: it may be logged.
 */
export class PerennialError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PerennialError';
    this.code = code;
  }
}

/** Closes a `switch` over a union: a new member does not compile, and an impossible one stops here. */
export function assertNever(value: never, what: string): never {
  throw new PerennialError(
    'impossible',
    `${what}: got ${JSON.stringify(value)}, wanted a known one`,
  );
}
