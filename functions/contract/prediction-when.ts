/** See docs/predictions.md. */
export type WhenModel = { kind: 'when' };
