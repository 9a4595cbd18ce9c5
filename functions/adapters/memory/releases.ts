/** Published releases in memory: for tests and tools. Held to the same suite as DynamoDB's. */
import { PerennialError } from '../../contract/errors.ts';
import { hashId } from '../../contract/ids.ts';
import type {
  NewPublication,
  Publication,
  ReleaseContents,
  ReleaseHead,
  ReleaseStore,
  SourceFiles,
  StepRegistry,
} from '../../contract/publishing.ts';
import type { CompiledTemplate } from '../../contract/release.ts';

export type MemoryReleases = ReleaseStore & { parts: Map<string, string> };

/** `parts`: JSON by content hash; a test may lose one. */
export function memoryReleases(): MemoryReleases {
  const parts = new Map<string, string>();
  /** Oldest first; the last is current. */
  const published: Publication[] = [];
  let registry: StepRegistry = {};
  const keep = (value: unknown): string[] => {
    const json = JSON.stringify(value);
    const name = hashId('part', json);
    parts.set(name, json);
    return [name];
  };
  const read = ([name = '']: readonly string[]): unknown => {
    const json = parts.get(name);
    if (json === undefined) {
      throw new PerennialError('release-part-missing', `part ${name} of a release: none`);
    }
    return JSON.parse(json);
  };
  const newestFirst = () => structuredClone(published.toReversed());
  const current = async () => newestFirst()[0];
  return {
    parts,
    current,
    look: current,
    version: async (version) => structuredClone(published[version - 1]),
    history: async (limit) => newestFirst().slice(0, limit),
    seenSince: async (moment) => {
      const all = newestFirst();
      const last = all.findIndex(({ at }) => at <= moment);
      const seen = last < 0 ? all : all.slice(0, last + 1);
      return seen.map(({ version, release, at, withdrawn, contents: { head } }) => ({
        version,
        release,
        at,
        ...(withdrawn && { withdrawn }),
        contents: { head },
      }));
    },
    steps: async () => structuredClone(registry),
    head: async ({ release, contents }) => ({
      ...(read(contents.head) as Omit<ReleaseHead, 'release'>),
      release,
    }),
    template: async ({ contents }, id) => {
      const pieces = contents.templates[id];
      return pieces && (read(pieces) as CompiledTemplate);
    },
    files: async ({ contents: { files } }) =>
      files.length > 0 ? (read(files) as SourceFiles) : undefined,
    publish: async (was, { content, steps, ...told }) => {
      const contents = 'contents' in content ? content.contents : kept(content, keep);
      const now = published.at(-1);
      if (now && now.version !== was?.version) return { overtaken: structuredClone(now) };
      const next: Publication = { ...told, version: published.length + 1, contents };
      published.push(structuredClone(next));
      registry = structuredClone(steps);
      return { published: next };
    },
  };
}

type Content = Extract<NewPublication['content'], { head: ReleaseHead }>;

function kept(
  { head, templates, files }: Content,
  keep: (value: unknown) => string[],
): ReleaseContents {
  const { release: _, ...shared } = head;
  return {
    head: keep(shared),
    templates: Object.fromEntries(
      Object.entries(templates).map(([id, template]) => [id, keep(template)]),
    ),
    files: Object.keys(files).length > 0 ? keep(files) : [],
  };
}
