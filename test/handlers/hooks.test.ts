import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { MAKERS } from '../../functions/contract/webhooks.ts';
import { createHandler } from '../../functions/handlers/hooks.ts';
import { hook, hookWorld, requestOf } from '../builders/hooks.ts';
import { httpEvent, lambdaContext } from '../builders/http-events.ts';

const ORDERS = [
  hook('shopify', 'orders__create'),
  hook('woocommerce', 'order.created'),
  hook('stripe', 'checkout.session.completed'),
];

/** The headers as makers write them: API Gateway gives them on in lower case, a test of ours may not. */
const eventOf = (order: (typeof ORDERS)[number], body: (bytes: Buffer) => string | Buffer) => {
  const { path, headers, body: bytes } = requestOf(order);
  const named = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value ?? '']);
  return httpEvent({
    method: 'POST',
    path,
    headers: Object.fromEntries(named),
    body: body(bytes),
  }) as APIGatewayProxyEventV2;
};

describe('the hooks function', () => {
  it('reads signatures over the bytes, whether API Gateway gives them as text or in base64', async () => {
    expect(ORDERS.map(({ maker }) => maker)).toEqual(MAKERS);
    for (const order of ORDERS) {
      for (const form of [(bytes: Buffer) => bytes, (bytes: Buffer) => bytes.toString('utf8')]) {
        const { deps, events } = hookWorld();
        const answer = await createHandler(deps)(eventOf(order, form), lambdaContext);
        expect([order.maker, answer.statusCode]).toEqual([order.maker, 200]);
        expect(events().map(({ name }) => name)).toContain('Order Completed');
      }
    }
  });

  it('answers 503 when the log cannot be written, so that the maker sends it again', async () => {
    for (const order of ORDERS) {
      const { deps } = hookWorld();
      deps.log.append = () => Promise.reject(new Error('ona@example.com'));
      const event = eventOf(order, (bytes) => bytes);
      const { statusCode, body, headers } = await createHandler(deps)(event, lambdaContext);
      expect(statusCode).toBe(503);
      expect(headers?.['retry-after']).toBeDefined();
      expect(body).not.toContain('example.com');
    }
  });
});
