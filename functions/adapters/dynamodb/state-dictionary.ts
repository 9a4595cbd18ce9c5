/**
 * Preset dictionaries of `state-codec.ts`: text that customer items have in common, the most frequent last
 * (deflate reaches the end of it with the shortest distances). Append a new one when the facts change
 * shape much; never edit one that was deployed, since stored items need it to be read.
 */
export const DICTIONARIES: readonly string[] = ['{"facts":{},"runtime":{}}'];
