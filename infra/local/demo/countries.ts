/** English country names, as order logs write them, to ISO 3166-1 alpha-2. */

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** What order logs call them besides the name that `Intl` knows. */
const OTHERS: Readonly<Record<string, string>> = {
  eire: 'IE',
  usa: 'US',
  'united states of america': 'US',
  uk: 'GB',
  england: 'GB',
  rsa: 'ZA',
  'czech republic': 'CZ',
  'hong kong': 'HK',
  // Jersey and Guernsey share a zone; the larger stands for both.
  'channel islands': 'JE',
  holland: 'NL',
  korea: 'KR',
  turkey: 'TR',
  uae: 'AE',
};

/** Not countries, though they have two letters. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO']);

function table(): Map<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const codes = LETTERS.flatMap((a) => LETTERS.map((b) => a + b));
  const found = codes.flatMap((code): [string, string][] => {
    // Withdrawn codes (UK, DD, BU) have canonical ones with the same name.
    if (NO_COUNTRY.has(code) || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) {
      return [];
    }
    const name = names.of(code);
    return name ? [[name.toLowerCase(), code]] : [];
  });
  return new Map([...found, ...Object.entries(OTHERS)]);
}

let byName: Map<string, string> | undefined;

/** `United Kingdom` -> `GB`; a code stays itself; undefined for what is none ("Unspecified"). */
export function countryCode(name: string): string | undefined {
  byName ??= table();
  const text = name.trim();
  if (/^[A-Z]{2}$/.test(text) && !NO_COUNTRY.has(text)) return OTHERS[text.toLowerCase()] ?? text;
  return byName.get(text.toLowerCase());
}
