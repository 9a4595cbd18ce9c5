/** Stops the local run with one clear sentence: what was got, what was wanted, what to do. */
export class LocalError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
