/** Tables by product id, which may be any text: `__proto__` is a product like any other. */

/** The value of a key of the table's own: a product may be called `constructor`. */
export const own = <Value>(table: { [key: string]: Value }, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

export function put<Value>(table: { [key: string]: Value }, key: string, value: Value): void {
  Object.defineProperty(table, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
