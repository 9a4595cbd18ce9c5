/** What somebody may have meant who mistyped a name. */

/** Letters to change, add, leave out or swap; Damerau and Levenshtein's distance of neighbours. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const above = rows[i - 1] ?? [];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** With more wrong letters it is another name. */
const DISTANCE_MAX = 3;

/** The nearest of the names, if one is near: within three letters, and a third of its length. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const far = Math.min(DISTANCE_MAX, Math.floor(written.length / 3));
  return names
    .map((name) => ({ name, far: distance(written, name) }))
    .filter((each) => each.far > 0 && each.far <= far)
    .sort((a, b) => a.far - b.far)[0]?.name;
}
