/** See docs/predictions.md. */
export type WhoModel = { kind: 'who' };
