/** The made-up catalogue of Amber & Oak, a jewellery boutique and wholesaler that does not exist. */
import type { CatalogueProduct as FedProduct } from '../../../functions/contract/catalogue.ts';

export type CatalogueProduct = {
  id: string;
  name: string;
  /** rings, earrings, necklaces, bracelets, brooches; care and trade are what is used up. */
  category: string;
  material: string;
  stone: string;
  style: string;
  /** EUR, of one piece (of one metre for chains). */
  price: number;
  story: string;
  /** Days until it is used up, for what is bought again and again. */
  lasts?: number;
};

/** name | category | material | stone | style | price | story */
const JEWELLERY = `
Tide ring | rings | silver 925 | amber | minimal | 59 | Cast from a groove that the tide drew in sand.
Curonian ring | rings | silver 925 | amber | baltic | 84 | A spiral from a burial find of the fourth century.
Oak leaf ring | rings | gold 585 | none | nature | 390 | The veins of one leaf, pressed before casting.
Night lake ring | rings | silver 925 | sapphire | classic | 210 | Set low, so that gloves go over it.
First snow ring | rings | gold 585 | diamond | classic | 1150 | A stone of 0.2 carat with its certificate.
Grandmother ring | rings | gold 585 | garnet | vintage | 460 | After a ring from 1931 that a customer lent us.
Fence wire ring | rings | silver 925 | none | minimal | 38 | Twisted by hand, each a little different.
Moss ring | rings | bronze | green amber | nature | 49 | Green amber is warmed for days until it turns.
Twin rivers ring | rings | gold 585 | none | minimal | 340 | Two bands that meet, as the Neris and the Nemunas do.
Honey signet | rings | silver 925 | amber | vintage | 96 | A signet with room for three letters.
Dew studs | earrings | silver 925 | pearl | minimal | 45 | Freshwater pearls of four millimetres.
Dune studs | earrings | gold 585 | none | minimal | 120 | Brushed with the finest grain we own.
Amber drops | earrings | silver 925 | amber | baltic | 68 | Each pair is cut from one piece.
Linden drops | earrings | gold 585 | peridot | nature | 240 | The green of linden flowers in July.
Harbour hoops | earrings | silver 925 | none | minimal | 52 | Hollow, and so as light as a coin.
Old town hoops | earrings | gold 585 | none | classic | 260 | A hinge that closes with a click.
Juniper studs | earrings | silver 925 | sapphire | nature | 89 | Blue as the berries after frost.
Evening drops | earrings | gold 585 | garnet | vintage | 310 | They move, and the light with them.
Sea glass drops | earrings | bronze | sea glass | nature | 36 | Glass that the sea has worn for decades.
Star studs | earrings | gold 585 | diamond | classic | 690 | Two stones of one parcel, matched by eye.
Coast necklace | necklaces | silver 925 | amber | baltic | 110 | Unpolished pieces, in the order of their colour.
Sun path pendant | necklaces | gold 585 | amber | minimal | 295 | A disc with one line of amber.
Rain pendant | necklaces | silver 925 | pearl | minimal | 74 | A single pearl on a chain of one millimetre.
Beekeeper pendant | necklaces | silver 925 | amber | nature | 88 | Part of the price plants lime trees.
Medallion of 1922 | necklaces | gold 585 | none | vintage | 520 | Opens, and holds two small pictures.
Fern pendant | necklaces | bronze | green amber | nature | 57 | A fern frond, cast as it grew.
White birch collar | necklaces | silver 925 | pearl | classic | 330 | Forty pearls, knotted one by one.
Compass pendant | necklaces | silver 925 | sapphire | classic | 140 | The stone marks north.
Anchor chain | necklaces | gold 585 | none | classic | 610 | Fifty centimetres of a link that sailors trust.
Letter pendant | necklaces | silver 925 | none | minimal | 48 | Any letter of the Latin alphabet, diacritics too.
Reed bracelet | bracelets | silver 925 | none | nature | 95 | Flat reeds, woven while the metal is warm.
Amber bead bracelet | bracelets | silver 925 | amber | baltic | 66 | Elastic, for those who dislike clasps.
Courtyard bangle | bracelets | gold 585 | none | classic | 740 | Oval, because wrists are.
Midsummer bracelet | bracelets | gold 585 | peridot | nature | 480 | A wreath for the shortest night.
Fisher bracelet | bracelets | bronze | none | minimal | 42 | The knot of a net, in bronze.
Pearl rope bracelet | bracelets | silver 925 | pearl | classic | 105 | Worn once or twice around.
Charm bracelet | bracelets | silver 925 | none | vintage | 62 | Made to be added to.
Bee charm | bracelets | silver 925 | none | nature | 24 | Nine millimetres of bee.
Oak charm | bracelets | silver 925 | amber | nature | 27 | An acorn with an amber kernel.
Key charm | bracelets | gold 585 | none | vintage | 98 | A key that opens nothing, yet.
Heron brooch | brooches | silver 925 | none | nature | 115 | Stands on one leg on your coat.
Spiral brooch | brooches | bronze | none | baltic | 54 | Holds a scarf as it did a thousand years ago.
Garnet leaf brooch | brooches | gold 585 | garnet | vintage | 375 | For lapels that deserve it.
Moon brooch | brooches | silver 925 | pearl | classic | 92 | A crescent that holds a pearl.`;

/** name | category | material | price | story | days that it lasts */
const CONSUMABLES = `
Silver cleaning cloth | care | cotton | 9 | Cleans until it is black, and a little longer. | 75
Gold cleaning cloth | care | cotton | 10 | Softer, for softer metal. | 90
Silver polish 100 ml | care | polish | 14 | Without ammonia: safe for amber. | 60
Amber oil 30 ml | care | oil | 12 | A drop keeps amber from drying. | 100
Pearl care kit | care | kit | 22 | Cloth, thread and a needle without a point. | 120
Travel care kit | care | kit | 26 | Everything small enough for hand luggage. | 150
Anti-tarnish pouches, 10 | care | fabric | 16 | They give out after three months: so it says inside. | 90
Anchor chain 1 mm, metre | trade | silver 925 | 18 | Sold by the metre to those who make. | 30
Anchor chain 2 mm, metre | trade | silver 925 | 27 | Sold by the metre to those who make. | 35
Curb chain 1.5 mm, metre | trade | silver 925 | 24 | Sold by the metre to those who make. | 42
Gold-filled chain, metre | trade | gold-filled | 39 | Sold by the metre to those who make. | 45
Ear wires, 50 pairs | trade | silver 925 | 41 | Nickel-free, with a test report. | 38
Lobster clasps, 25 | trade | silver 925 | 33 | One size that suits most chains. | 40
Jump rings, 200 | trade | silver 925 | 29 | Closed by saw, not by shears. | 30
Gift boxes, 50 | trade | paper | 45 | Without our name: there is room for yours. | 28
Polishing paste 1 kg | trade | polish | 52 | For the wheel, not for the hand. | 90`;

const rows = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(' | '));

/** `RI-101`: two letters of the category and a number that no two products share. */
const idOf = (category: string, index: number) =>
  `${category.slice(0, 2).toUpperCase()}-${String(index + 101)}`;

const jewellery: CatalogueProduct[] = rows(JEWELLERY).map((row, index) => {
  const [name = '', category = '', material = '', stone = '', style = '', price, story = ''] = row;
  return {
    id: idOf(category, index),
    name,
    category,
    material,
    stone,
    style,
    price: Number(price),
    story,
  };
});

const consumables: CatalogueProduct[] = rows(CONSUMABLES).map((row, index) => {
  const [name = '', category = '', material = '', price, story = '', lasts] = row;
  return {
    id: idOf(category, jewellery.length + index),
    name,
    category,
    material,
    stone: 'none',
    style: 'plain',
    price: Number(price),
    story,
    lasts: Number(lasts),
  };
});

/** 60 products: 44 pieces of jewellery, 7 for their care, 9 for the trade. */
export const CATALOGUE: readonly CatalogueProduct[] = [...jewellery, ...consumables];

export const SHOP_URL = 'https://shop.example.com';

/** The same as the shop's feed would tell it. Euro cents. */
export const demoFeed = (): FedProduct[] =>
  CATALOGUE.map(({ id, name, category, material, stone, style, price, lasts }) => ({
    id,
    title: name,
    url: `${SHOP_URL}/products/${id.toLowerCase()}`,
    imageUrl: `${SHOP_URL}/images/${id.toLowerCase()}.jpg`,
    price: price * 100,
    currency: 'EUR',
    available: true,
    category,
    attributes: { material, ...(stone !== 'none' && { stone }), style, brand: 'Amber & Oak' },
    ...(lasts !== undefined && { refillDays: lasts, consumed: true }),
  }));
