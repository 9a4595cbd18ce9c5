/** What events tell about the person: Segment's reserved traits, and `marketing_consent`. */
import type { ProfileFields } from './events.ts';
import { compact, flag, objectOf, type Reader, text } from './event-fields.ts';
import { normalAddress } from './ids.ts';

/** RFC 5321: 254 characters of an address. */
const ADDRESS_CHARS_MAX = 254;
// One @, no spaces, commas, quotes or brackets: what shops take at the checkout, and safe in a header.
const ADDRESS = /^[^\s@,;:"<>()[\]\\]{1,64}@[^\s@,;:"<>()[\]\\]+\.[^\s@,;:"<>()[\]\\.]{2,}$/;

/** A mail address, trimmed and in lower case; `undefined` for what cannot be one. */
export const address: Reader<string> = (value) => {
  if (typeof value !== 'string' || value.length > ADDRESS_CHARS_MAX) return undefined;
  const normal = normalAddress(value);
  return ADDRESS.test(normal) && !normal.includes('..') ? normal : undefined;
};

const ZONES_KNOWN_MAX = 1000; // More than IANA has: the cache cannot be filled by a sender.
const zones = new Map<string, string | undefined>();

/** An IANA zone; asked of `Intl` once per zone, since each question costs about 20 us. */
export const timezone: Reader<string> = (value) => {
  if (typeof value !== 'string' || !/^[A-Za-z][\w+-]*(\/[\w+-]+){0,2}$/.test(value.trim()))
    return undefined;
  const zone = value.trim();
  if (zones.has(zone)) return zones.get(zone);
  const known = isZone(zone) ? zone : undefined;
  if (zones.size < ZONES_KNOWN_MAX) zones.set(zone, known);
  return known;
};

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** A BCP 47 tag in its usual form; senders write `lt_LT` too. */
export const locale: Reader<string> = (value) => {
  if (typeof value !== 'string' || !/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$/.test(value.trim()))
    return undefined;
  try {
    return Intl.getCanonicalLocales(value.trim().replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
};

/** ISO 3166-1 alpha-2 by shape, upper case. Names of countries are not guessed. */
export const country: Reader<string> = (value) => {
  const code = typeof value === 'string' ? value.trim().toUpperCase() : '';
  return /^[A-Z]{2}$/.test(code) ? code : undefined;
};

const phone: Reader<string> = (value) => {
  const number = text(30)(value);
  return number && /^[+\d][\d ().-]{4,}$/.test(number) ? number : undefined;
};

/** The profile in a set of traits; camelCase and snake_case are both in use. `{}` when nothing is there. */
export function profileOf(traits: unknown): ProfileFields {
  const from = objectOf(traits);
  const home = objectOf(from['address']);
  const name = text(60);
  return compact({
    email: address(from['email']),
    firstName: name(from['firstName']) ?? name(from['first_name']),
    lastName: name(from['lastName']) ?? name(from['last_name']),
    phone: phone(from['phone']),
    locale: locale(from['locale']) ?? locale(from['language']),
    timezone: timezone(from['timezone']),
    country: country(home['country']) ?? country(from['country']) ?? country(from['country_code']),
    marketingConsent: flag(from['marketing_consent']) ?? flag(from['marketingConsent']),
  });
}

/** Names of personal traits that a track event may carry in `properties` or `context`. */
export const CONTEXT_TRAITS = ['locale', 'timezone'] as const;
