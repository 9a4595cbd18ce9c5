/** Public paths of the HTTP API; the same locally and in AWS. */
export const ROUTES = {
  /** Segment's calls, those named here and the others (contract/segment-calls.ts). */
  calls: '/v1/{call}',
  batch: '/v1/batch',
  track: '/v1/track',
  identify: '/v1/identify',
  /** Webhooks, signed by their makers. */
  shopify: '/hooks/shopify',
  woocommerce: '/hooks/woocommerce',
  stripe: '/hooks/stripe',
  /** RFC 8058: POST unsubscribes, GET shows a page with one button. */
  unsubscribe: '/u/{token}',
  /** GET shows the survey (the score in the query only preselects), POST saves. */
  survey: '/s/{token}',
  /** GET shows what holds, POST saves what was changed. */
  preferences: '/p/{token}',
} as const;
