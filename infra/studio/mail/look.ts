/** What the preview shows, as it stands in the address of the page. */
import type { Look } from './wire.ts';

export const VIEWS: readonly { view: Look['view']; title: string }[] = [
  { view: 'desktop', title: 'Desktop' },
  { view: 'mobile', title: 'Mobile' },
  { view: 'text', title: 'Plain text' },
  { view: 'languages', title: 'All languages' },
  { view: 'customers', title: 'All customers' },
];

export type Choices = { locales: readonly string[]; samples: readonly string[] };

/** What is not known becomes the first that is: an old link still shows something. */
export function lookOf(asked: Readonly<Record<string, unknown>>, choices: Choices): Look {
  const one = (given: unknown, known: readonly string[]) =>
    known.find((each) => each === given) ?? known[0] ?? '';
  return {
    view: VIEWS.find(({ view }) => view === asked['view'])?.view ?? 'desktop',
    locale: one(asked['locale'], choices.locales),
    sample: one(asked['sample'], choices.samples),
    dark: asked['dark'] === true || asked['dark'] === '1',
    images: asked['images'] !== false && asked['images'] !== 'off',
  };
}
