/** Which column of a shop's order file is which, by the names in its header. */

/** What a row may hold, by the names of the commands' own input. */
export const COLUMNS = [
  'customer_id',
  'date',
  'amount',
  'item',
  'quantity',
  'price',
  'title',
  'order_id',
] as const;
export type Column = (typeof COLUMNS)[number];

/**
 * Names that shops' exports use, letters and digits alone, best first. A column is taken once, in the order
 * above: `name` is the product's in one export and the order's beside `lineitem name` in another.
 */
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  customer_id:
    'customerid customer custid cust customernumber customerno clientid client userid user buyerid buyer memberid shopperid accountid customeremail email emailaddress'.split(
      ' ',
    ),
  date: 'date datetime createdat orderdate orderdatetime invoicedate purchasedate purchasedat transactiondate processedat paidat placedat orderedat timestamp time day'.split(
    ' ',
  ),
  amount:
    'amount total revenue ordertotal totalamount totalprice orderamount ordervalue grandtotal linetotal lineamount sales value spend subtotal'.split(
      ' ',
    ),
  item: 'item itemid sku stockcode productid product variantid lineitemsku itemsku articleid article asin productcode'.split(
    ' ',
  ),
  quantity: 'quantity qty lineitemquantity units pieces count'.split(' '),
  price: 'unitprice price itemprice lineitemprice productprice'.split(' '),
  title: 'title description lineitemname productname producttitle itemname product name'.split(' '),
  order_id:
    'orderid order ordernumber orderno invoiceno invoice invoiceid invoicenumber transactionid receiptid basketid name'.split(
      ' ',
    ),
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Place of each column that was found in the header. */
export type Places = { readonly [column in Column]?: number };

/** The header's columns by name; of several candidates the first of the list above. */
export function placesOf(header: readonly string[]): Places {
  const names = header.map(plain);
  const places: { [column in Column]?: number } = {};
  const taken = new Set<number>();
  for (const column of COLUMNS) {
    for (const name of NAMES[column]) {
      const place = names.indexOf(name);
      if (place < 0 || taken.has(place)) continue;
      places[column] = place;
      taken.add(place);
      break;
    }
  }
  return places;
}

/** Columns read under a name other than their own, for people to check: `date from "InvoiceDate"`. */
export function guesses(header: readonly string[], places: Places, used: readonly Column[]) {
  return used
    .filter((column) => places[column] !== undefined && header[places[column]] !== column)
    .map((column) => `${column} from ${JSON.stringify(header[places[column] as number])}`);
}
