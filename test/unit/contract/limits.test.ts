/** What a sender may fill without end is cut, not refused: the event is worth more than its tail. */
import { describe, expect, it } from 'vitest';
import { EMITTED_PROPERTIES_MAX } from '../../../functions/contract/event-definitions.ts';
import { LONG_TEXT_CHARS_MAX } from '../../../functions/contract/event-fields.ts';
import { ATTRIBUTES_MAX } from '../../../functions/contract/event-products.ts';
import { readBody } from '../../../functions/contract/event-schemas.ts';
import type { FeedbackProperties, ViewProperties } from '../../../functions/contract/events.ts';
import { parsed, track } from '../../builders/segment-calls.ts';

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`stone_${n}`, 'amber']));

describe('of a sender who fills everything', () => {
  it('a product keeps its first twenty attributes', () => {
    const call = track('Product Viewed', { product_id: 'P', ...many(ATTRIBUTES_MAX + 10) });
    const { product } = parsed(call).properties as ViewProperties;
    expect(Object.keys(product.attributes ?? {})).toHaveLength(ATTRIBUTES_MAX);
  });

  it('a comment keeps its first thousand characters', () => {
    const call = track('Feedback Submitted', { score: 9, comment: 'x'.repeat(5_000) });
    const { comment } = parsed(call).properties as FeedbackProperties & { comment?: string };
    expect(comment).toHaveLength(LONG_TEXT_CHARS_MAX);
  });

  it('what a journey emits keeps twenty short properties', () => {
    const long = { note: 'x'.repeat(1_000) };
    const read = readBody('Detractor Reported', 1, 1, { properties: { ...long, ...many(50) } });
    const kept = Object.keys(read.ok ? read.properties : {});
    expect(kept).toHaveLength(EMITTED_PROPERTIES_MAX);
    expect(kept).not.toContain('note');
  });
});
