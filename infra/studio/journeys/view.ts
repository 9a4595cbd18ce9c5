/** A journey as its page shows it, from the text as it is, saved or not. */
import type { StepFigures, StudioDeps } from '../deps.ts';
import type { Journey } from '../../../functions/contract/journeys.ts';
import type { StepRegistry } from '../../../functions/contract/publishing.ts';
import {
  type CompiledJourney,
  compileJourney,
  type Problem,
} from '../../../functions/domain/journeys/compile.ts';
import { stepProblems } from '../../../functions/app/publishing.ts';
import { JOURNEY_FILE, mailNames, type TemplateFiles } from '../../templates/files.ts';
import { figuresOf, type FiguresOf } from './figures.ts';
import { type Graph, graphOf } from './graph.ts';
import { type Fact, journeyFacts } from './sentences.ts';

export type JourneyView = {
  id: string;
  path: string;
  text: string;
  /** Undefined where nothing can be drawn yet. */
  graph: Graph | undefined;
  facts: Fact[];
  figures: FiguresOf;
  /** Whether there are any. */
  counted: boolean;
  problems: Problem[];
};

export const journeyPath = (id: string): string => `${id}/${JOURNEY_FILE}`;

/** What was ever published: an id of a step is never used again for something else. */
type Published = { known: StepRegistry; before: readonly Journey[] };

async function publishedSteps({
  releases,
}: Pick<StudioDeps, 'releases'>): Promise<Published | undefined> {
  const current = await releases?.current();
  if (!releases || !current) return undefined;
  const [known, { journeys }] = await Promise.all([releases.steps(), releases.head(current)]);
  return { known, before: journeys };
}

function problemsOf(
  compiled: CompiledJourney,
  path: string,
  text: string,
  published: Published | undefined,
): Problem[] {
  if (!compiled.ok) return [...compiled.problems].sort((a, b) => a.line - b.line);
  if (!published) return [];
  return stepProblems(published.known, published.before, [compiled.journey], { [path]: text });
}

export async function journeyView(
  files: TemplateFiles,
  id: string,
  text: string,
  { settings, figures, releases }: Pick<StudioDeps, 'settings' | 'figures' | 'releases'>,
): Promise<JourneyView> {
  const path = journeyPath(id);
  const templates = new Set(mailNames(files, id).map((name) => `${id}/${name}`));
  const share = settings.holdout.journey;
  const compiled = compileJourney({ path, text }, { templates, holdout: share });
  const graph = graphOf(id, path, text);
  const oncePer = compiled.ok ? compiled.journey.oncePer : undefined;
  const all: readonly StepFigures[] = figures?.() ?? [];
  return {
    id,
    path,
    text,
    graph,
    facts: graph?.file ? journeyFacts(graph.file, { share, oncePer }) : [],
    figures: figuresOf(id, all),
    counted: all.some(({ journey }) => journey === id),
    problems: problemsOf(compiled, path, text, await publishedSteps({ releases })),
  };
}
