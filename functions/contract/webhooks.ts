/** Whose webhooks are taken. */
export const MAKERS = ['shopify', 'woocommerce', 'stripe'] as const;
export type Maker = (typeof MAKERS)[number];

/**
 * What Shopify's own EventBridge source begins with. AWS refuses sources of this kind to everybody but the
 * partner, so who speaks under it needs no further signature.
 */
export const SHOPIFY_BUS_SOURCE = 'aws.partner/shopify.com';
