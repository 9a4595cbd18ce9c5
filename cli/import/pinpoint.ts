/**
 * Endpoints that Amazon Pinpoint exported (an export job: JSON Lines, gzip) -> calls. Only e-mail endpoints;
 * the others have no use here. With `--list` the file is of one segment: its members join that list.
 */
import { objectOf } from '../../functions/contract/event-fields.ts';
import { type Call, identify, track, WHO_WANTED, whoOf } from './calls.ts';
import { AHEAD_MAX_MS, countryCode, textOf } from './cells.ts';
import { consentCall, type Made } from './people.ts';
import type { Reading } from './orders.ts';
import type { Cells } from './records.ts';

/** Attributes of an endpoint are lists of texts; the first is the one that counts. */
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const attribute = (from: { [name: string]: unknown }, ...names: string[]): unknown => {
  const wanted = Object.keys(from).find((key) =>
    names.includes(key.toLowerCase().replaceAll(/[^a-z]/g, '')),
  );
  return wanted === undefined ? undefined : first(from[wanted]);
};

/**
 * `OptOut` of `ALL` (or an inactive endpoint) withdraws. `NONE` is what Pinpoint writes for everybody who did
 * not opt out: it is no consent, and gives none. Those who agreed come in a file of `--consents`.
 */
export function pinpointEndpoint(cells: Cells, reading: Reading, list?: string): Made {
  const channel = textOf(cells['ChannelType']).toUpperCase();
  if (channel === '') return 'ChannelType: wanted EMAIL, or another channel';
  if (channel !== 'EMAIL') return [];
  const user = objectOf(cells['User']);
  const who = whoOf(user['UserId'], cells['Address']);
  if (!who || who.email === undefined) return WHO_WANTED;
  const told = reading.momentOf(cells['EffectiveDate']);
  const at = told !== undefined && told <= reading.now + AHEAD_MAX_MS ? told : reading.asOf;
  const calls: Call[] = [identify({ who, at, traits: traitsOf(cells, user) })];
  const isOut = textOf(cells['OptOut']).toUpperCase() === 'ALL';
  const isInactive = textOf(cells['EndpointStatus']).toUpperCase() === 'INACTIVE';
  if (isOut || isInactive) calls.push(consentCall({ who, word: 'no', at, source: 'pinpoint' }));
  if (list !== undefined) calls.push(track('List Joined', { who, at: reading.asOf }, { list }));
  return calls;
}

function traitsOf(cells: Cells, user: { [name: string]: unknown }) {
  const attributes = { ...objectOf(cells['Attributes']), ...objectOf(user['UserAttributes']) };
  const { Locale, Timezone } = objectOf(cells['Demographic']);
  const traits = {
    firstName: attribute(attributes, 'firstname', 'givenname'),
    lastName: attribute(attributes, 'lastname', 'familyname', 'surname'),
    locale: Locale || undefined,
    timezone: Timezone || undefined,
    country: countryCode(objectOf(cells['Location'])['Country']),
  };
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
}
