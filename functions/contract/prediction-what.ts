/** See docs/predictions.md. */
export type WhatModel = { kind: 'what' };
