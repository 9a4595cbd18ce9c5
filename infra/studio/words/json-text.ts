/** Where things stand in a JSON text, so that one of them can be changed and the rest stays as it was typed. */

export type Span = { start: number; end: number };
export type Member = { key: string; start: number; value: JsonNode };
/** `members` of an object only; everything else is changed as a whole. */
export type JsonNode = Span & { members?: Member[] };

/** The text is no JSON object, so there is no place in it that could be changed alone. */
export class NoJsonObject extends Error {
  readonly code = 'no-json-object';
  constructor(cause?: unknown) {
    super('Got a text that is no JSON object; wanted { "mail": { "subject": "…" } }.', { cause });
    this.name = 'NoJsonObject';
  }
}

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const BARE = /[^\s,\]}]+/y;

/** Walks a text that JSON.parse has read; so nothing is checked here. */
class Walker {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  value(): JsonNode {
    this.take(BLANK);
    const start = this.at;
    const first = this.text[start];
    if (first === '{') return { start, members: this.members(), end: this.at };
    if (first === '[') this.items();
    else this.take(first === '"' ? STRING : BARE);
    return { start, end: this.at };
  }

  private members(): Member[] {
    const members: Member[] = [];
    this.at += 1;
    for (this.take(BLANK); this.text[this.at] !== '}'; this.comma()) {
      const start = this.at;
      const key = JSON.parse(this.take(STRING)) as string;
      this.take(BLANK);
      this.at += 1;
      members.push({ key, start, value: this.value() });
    }
    this.at += 1;
    return members;
  }

  private items(): void {
    this.at += 1;
    for (this.take(BLANK); this.text[this.at] !== ']'; this.comma()) this.value();
    this.at += 1;
  }

  private comma(): void {
    this.take(BLANK);
    if (this.text[this.at] === ',') this.at += 1;
    this.take(BLANK);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}

/** The object that a text holds. Throws `NoJsonObject`. */
export function readJson(text: string): JsonNode & { members: Member[] } {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new NoJsonObject(cause);
  }
  const { members, ...span } = new Walker(text).value();
  if (!members) throw new NoJsonObject();
  return { ...span, members };
}
