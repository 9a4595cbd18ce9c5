/** A small release: one journey of two mails. */
import type { Journey } from '../../functions/contract/journeys.ts';
import type {
  NewPublication,
  ReleaseHead,
  SourceFiles,
} from '../../functions/contract/publishing.ts';
import type { CompiledTemplate } from '../../functions/contract/release.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { stepsOf } from '../../functions/domain/journeys/step-ids.ts';

export const THANKS = 'thanks/thank-you';

export const mail = (id: string, text: string): CompiledTemplate => ({
  id,
  subject: 'Thank you',
  preheader: '',
  html: { ltr: `<p>${text}</p>`, rtl: `<p>${text}</p>` },
  text,
  words: {},
});

export const thanksJourney = (steps: readonly string[] = ['thank-you', 'more']): Journey => ({
  id: 'thanks',
  trigger: 'Order Completed',
  oncePer: 'order',
  cancelOn: [],
  priority: 50,
  purpose: 'marketing',
  topic: 'offers',
  mode: 'live',
  holdout: 0,
  measured: false,
  expiresMs: 2 * DAY_MS,
  steps: steps.map((id) => ({
    kind: 'send',
    id,
    template: `thanks/${id}`,
    purpose: 'marketing',
    topic: 'offers',
    priority: 50,
    measured: false,
  })),
});

type Whole = {
  head: ReleaseHead;
  templates: { [id: string]: CompiledTemplate };
  files: SourceFiles;
};
export type WholePublication = Omit<NewPublication, 'content'> & { content: Whole };

/** Published at `at`; `text` is what the first mail says. */
export function thanks(
  release: string,
  at: number,
  { text = 'Thank you.', steps }: { text?: string; steps?: readonly string[] } = {},
): WholePublication {
  const journeys = [thanksJourney(steps)];
  return {
    release,
    at,
    author: 'Ada',
    message: `why ${release}`,
    how: 'published',
    content: {
      head: {
        release,
        journeys,
        locales: { en: { name: 'English', dir: 'ltr', reviewedBy: null } },
        shop: { name: 'Amber & Oak', address: '1 Square, Vilnius' },
      },
      templates: { [THANKS]: mail(THANKS, text), 'thanks/more': mail('thanks/more', 'And more.') },
      files: { 'thanks/thank-you.txt': text },
    },
    steps: stepsOf(journeys),
  };
}
