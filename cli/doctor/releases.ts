/** Whether the folder of templates is what the stage sends: a deployment alone changes no content. */
import type { Publication, SourceFiles } from '../../functions/contract/publishing.ts';
import { iso } from '../../functions/contract/time.ts';
import type { Stage } from '../../infra/stage-config.ts';
import type { Check } from './checks.ts';

/** `files` is undefined where a version was published without its sources. */
export type Published = { publication: Publication; files: SourceFiles | undefined };

export function releaseChecks(
  stage: Stage,
  published: Published | undefined,
  folder: SourceFiles,
): Check[] {
  const what = 'journeys and mails';
  if (!published) {
    return [
      {
        what,
        state: 'hint',
        found: 'nothing published yet',
        act: 'sweep publishes what was deployed within five minutes; if it does not, read its logs',
      },
    ];
  }
  const { publication, files } = published;
  const found = `version ${publication.version} of ${iso(publication.at).slice(0, 10)}, by ${publication.author}`;
  const differing = files ? countDiffering(files, folder) : 0;
  if (differing === 0) return [{ what, state: 'ok', found }];
  const are =
    differing === 1 ? '1 file of templates/ differs' : `${differing} files of templates/ differ`;
  return [
    {
      what,
      state: 'hint',
      found: `${found}; ${are} from it`,
      act:
        `npm run publish -- --stage ${stage} --message "..." publishes the files, ` +
        `npm run pull -- --stage ${stage} brings what is published`,
    },
  ];
}

function countDiffering(a: SourceFiles, b: SourceFiles): number {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...paths].filter((path) => a[path] !== b[path]).length;
}
