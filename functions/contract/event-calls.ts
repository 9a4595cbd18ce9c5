/** Segment's calls: which of them it is, and what each has beside the properties of `track`. */
import type { Properties } from './event-definitions.ts';
import type { RefusalCode } from './event-envelope.ts';
import { id, objectOf, text } from './event-fields.ts';
import type { Refusal } from './event-schemas.ts';
import { CALL_NAMES, isCallName } from './events.ts';

/** EventBridge detail-types end at 128 characters. */
export const NAME_CHARS_MAX = 100;

type Named = { ok: true; name: string } | { ok: false; reason: Refusal };

const refuse = (code: RefusalCode, path: string, got: string, wanted: string) =>
  ({ ok: false, reason: { code, path, got, wanted } }) as const;

/** The event's name: the sender's own with `track`, the call's with the others. */
export function nameOf(from: Properties): Named {
  const { type } = from;
  if (isCallName(type)) return { ok: true, name: type };
  if (type !== 'track') {
    return refuse('unknown-type', 'type', 'another type', `track, ${CALL_NAMES.join(', ')}`);
  }
  const name = id(from['event']);
  if (name === undefined || name.length > NAME_CHARS_MAX || isCallName(name)) {
    return refuse(
      'bad-name',
      'event',
      'something else',
      `text of 1 to ${NAME_CHARS_MAX} characters`,
    );
  }
  return { ok: true, name };
}

/**
 * What the call tells besides who and when. Of `group` the traits are the group's, not the person's: they
 * must never become an address to write to.
 */
export function propertiesOf(name: string, from: Properties): Properties {
  const properties = objectOf(from['properties']);
  switch (name) {
    case 'alias':
      return {};
    case 'group': {
      const groupId = id(from['groupId']);
      const traits = objectOf(from['traits']);
      return {
        ...(groupId !== undefined && { groupId }),
        ...(Object.keys(traits).length > 0 && { traits }),
      };
    }
    case 'page':
    case 'screen': {
      const [title, category] = [text()(from['name']), text()(from['category'])];
      return {
        ...properties,
        ...(title !== undefined && { name: title }),
        ...(category !== undefined && { category }),
      };
    }
    default:
      return properties;
  }
}

/** Calls whose traits and context tell nothing of the person that is kept. */
export const tellsPerson = (name: string): boolean => !isCallName(name) || name === 'identify';
