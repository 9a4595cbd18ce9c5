/** Which mails say a word, directly or by a block that they have. */
import { assemble, readBrand } from '../../templates/assemble.ts';
import { journeyFolders, mailNames, readMail, type TemplateFiles } from '../../templates/files.ts';
import { frontLines } from '../../templates/front.ts';
import { usesOf } from '../../templates/keys.ts';

export type Use = {
  /** Id of the mail: `post-purchase/first-thanks`. */
  mail: string;
  file: string;
  line: number;
  /** Values that the mail has for the word's places. */
  given: string[];
};
export type KeyUses = ReadonlyMap<string, Use[]>;

/** By key, each place once. Undefined where the brand cannot be read: no mail can be put together then. */
export function keyUses(files: TemplateFiles): KeyUses | undefined {
  const brand = readBrand(files);
  if (!brand.ok) return undefined;
  const parts = { files, brand: brand.value };
  const uses = new Map<string, Use[]>();
  for (const folder of journeyFolders(files)) {
    for (const name of mailNames(files, folder)) {
      const mail = readMail(files, folder, name);
      if (!mail.ok) continue;
      const bodies = (['mjml', 'txt'] as const).map((kind) => assemble(parts, mail.value, kind));
      const lines = bodies.flatMap((body) => (body.ok ? body.value : []));
      for (const { key, given, line } of usesOf([...frontLines(mail.value), ...lines])) {
        if (key === undefined) continue;
        const known = uses.get(key) ?? [];
        const use = { mail: mail.value.id, file: line.file, line: line.line, given };
        const same = (other: Use) =>
          other.mail === use.mail && other.file === use.file && other.line === use.line;
        if (!known.some(same)) uses.set(key, [...known, use]);
      }
    }
  }
  return uses;
}

/** Mails that say a word, each once. */
export const mailsOf = (uses: readonly Use[]): string[] => [
  ...new Set(uses.map(({ mail }) => mail)),
];
