/** A journey file as a tree of steps, as far as it can be read: what is wrong is shown in its place. */
import {
  type JourneyFile,
  journeySchema,
  STEP_SCHEMAS,
  type StepFile,
  type StepKey,
} from '../../../functions/domain/journeys/shape.ts';
import { readSource, type Source } from '../../../functions/domain/journeys/source.ts';
import { stepSentence, triggerSentence } from './sentences.ts';
import { conditionWords } from './condition-words.ts';

export type NodeKind = 'trigger' | StepKey | 'unreadable' | 'end';

export type GraphNode = {
  /** Unique in the graph. */
  id: string;
  kind: NodeKind;
  /** The step's own id; trigger and end have none. */
  step?: string;
  title: string;
  details: string[];
  /** Id of the mail that is sent. */
  mail?: string;
  /** The condition as it is written. */
  code?: string;
  /** Line of the file. */
  line?: number;
};

export type Arm = { label: string; steps: GraphStep[] };
export type GraphStep = { node: GraphNode; arms?: Arm[] };

export type Graph = {
  trigger: GraphNode;
  steps: GraphStep[];
  /** The whole file, where it keeps its form. */
  file: JourneyFile | undefined;
};

/** Far above STEPS_MAX; a file may be anything while it is typed. */
const NODES_MAX = 200;
const DEPTH_MAX = 8;

type Reading = { source: Source; journey: string; count: number };
type Path = (string | number)[];

const isMap = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readStep(value: unknown): StepFile | undefined {
  if (!isMap(value)) return undefined;
  const [kind, ...more] = (Object.keys(STEP_SCHEMAS) as StepKey[]).filter((key) =>
    Object.hasOwn(value, key),
  );
  if (kind === undefined || more.length > 0) return undefined;
  const read = STEP_SCHEMAS[kind].safeParse(value);
  return read.success ? ({ kind, ...read.data } as StepFile) : undefined;
}

const codeOf = (step: StepFile): string | undefined => {
  if (step.kind === 'send') return step.when;
  return step.kind === 'branch' ? step.branch.when : undefined;
};

function stepOf(reading: Reading, value: unknown, path: Path): GraphStep {
  const { source, journey } = reading;
  const line = source.lineOf(path);
  const id = `n${(reading.count += 1)}`;
  const step = readStep(value);
  if (!step) {
    const name = isMap(value) && typeof value['id'] === 'string' ? value['id'] : undefined;
    const title = 'This step cannot be read';
    const node = { id, kind: 'unreadable' as const, title, details: [`line ${line}`], line };
    return { node: { ...node, ...(name && { step: name }) } };
  }
  const code = codeOf(step);
  const node: GraphNode = {
    id,
    kind: step.kind,
    step: step.id,
    ...stepSentence(step),
    line,
    ...(code !== undefined && { code }),
    ...(step.kind === 'send' && { mail: `${journey}/${step.send}` }),
  };
  if (step.kind !== 'branch') return { node };
  const inner = [...path, 'branch'];
  const { then: yes, else: no } = step.branch;
  return {
    node,
    arms: [
      { label: 'Yes', steps: listOf(reading, yes, [...inner, 'then']) },
      { label: 'No', steps: no ? listOf(reading, no, [...inner, 'else']) : [] },
    ],
  };
}

function listOf(reading: Reading, list: unknown, path: Path): GraphStep[] {
  if (!Array.isArray(list) || path.length > 3 * DEPTH_MAX) return [];
  return list.flatMap((value, at) =>
    reading.count < NODES_MAX ? [stepOf(reading, value, [...path, at])] : [],
  );
}

/** Undefined where the text is no YAML map. */
export function graphOf(journey: string, path: string, text: string): Graph | undefined {
  const read = readSource(path, text);
  if (!read.ok || !isMap(read.source.value)) return undefined;
  const { value } = read.source;
  const reading = { source: read.source, journey, count: 0 };
  const condition = typeof value['condition'] === 'string' ? value['condition'] : undefined;
  const trigger: GraphNode = {
    id: 'start',
    kind: 'trigger',
    title: triggerSentence(String(value['trigger'] ?? '…')),
    details: condition === undefined ? [] : [`only if ${conditionWords(condition)}`],
    ...(condition !== undefined && { code: condition }),
    line: read.source.lineOf(['trigger']),
  };
  const file = journeySchema.safeParse(value);
  const steps = listOf(reading, value['steps'], ['steps']);
  return { trigger, steps, file: file.success ? file.data : undefined };
}

/** All steps, in the order of the file. */
export const allSteps = (steps: readonly GraphStep[]): GraphNode[] =>
  steps.flatMap(({ node, arms = [] }) => [node, ...arms.flatMap((arm) => allSteps(arm.steps))]);
