/** A product as the shop's feed tells it: what recommendations, reorder nudges and mails need. */
export type CatalogueProduct = {
  id: string;
  title: string;
  url?: string;
  imageUrl?: string;
  /** Minor units. */
  price?: number;
  currency?: string;
  /** False: out of stock, or gone from the feed. */
  available: boolean;
  category?: string;
  /** material, stone, style, brand, size...: name -> value, as the feed writes them. */
  attributes?: { [name: string]: string };
  /** https: what proves where it is from or what it is made of. */
  certificateUrl?: string;
  /** https: how it is made, a picture or a still of a film. */
  storyImageUrl?: string;
  /** How many days one piece lasts, where the maker or the shop knows. */
  refillDays?: number;
  /** It is used up, so that whoever bought it lately may still want another. */
  consumed?: boolean;
};
