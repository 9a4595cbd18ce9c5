import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { journeyFolders, readTemplates } from '../../../infra/templates/files.ts';
import {
  allSteps,
  type Graph,
  graphOf,
  type GraphNode,
  type GraphStep,
} from '../../../infra/studio/journeys/graph.ts';
import {
  type Box,
  type Layout,
  type Point,
  wideLayout,
} from '../../../infra/studio/journeys/layout.ts';
import { narrowLayout } from '../../../infra/studio/journeys/narrow-layout.ts';
import { brokenText, textWidth } from '../../../infra/studio/journeys/text-width.ts';

type Sketch = { kind: 'wait' | 'send' | 'exit'; height: number } | { yes: Sketch[]; no: Sketch[] };

const { sketches } = fc.letrec<{ sketch: Sketch; sketches: Sketch[] }>((tie) => ({
  sketch: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.record({
      kind: fc.constantFrom('wait' as const, 'send' as const, 'exit' as const),
      height: fc.integer({ min: 20, max: 140 }),
    }),
    fc.record({ yes: tie('sketches'), no: tie('sketches') }),
  ),
  sketches: fc.array(tie('sketch'), { maxLength: 4 }),
}));

function graphFrom(list: readonly Sketch[]): Graph {
  let count = 0;
  const nodeOf = (kind: GraphNode['kind'], height: number): GraphNode => ({
    id: `n${(count += 1)}`,
    kind,
    title: '',
    details: [String(height)],
  });
  // Nothing can stand behind an end: the rest of such a list is left out.
  const steps = (some: readonly Sketch[]): GraphStep[] => {
    const made: GraphStep[] = [];
    for (const each of some) {
      if ('kind' in each) made.push({ node: nodeOf(each.kind, each.height) });
      else {
        const node = nodeOf('branch', 60);
        const yes = { label: 'Yes', steps: steps(each.yes.length > 0 ? each.yes : [WAIT]) };
        made.push({ node, arms: [yes, { label: 'No', steps: steps(each.no) }] });
      }
      if (!goesOn(made)) break;
    }
    return made;
  };
  const trigger = { ...nodeOf('trigger', 70), id: 'start' };
  return { trigger, steps: steps(list), file: undefined };
}
const WAIT: Sketch = { kind: 'wait', height: 40 };

/** Whether anything can come behind a list. */
const goesOn = (steps: readonly GraphStep[]): boolean => {
  const last = steps.at(-1);
  if (!last) return true;
  if (last.arms) return last.arms.some((arm) => goesOn(arm.steps));
  return last.node.kind !== 'exit';
};

const shape = { heightOf: ({ details }: GraphNode) => Number(details[0] ?? 30) };
const layouts = { wide: wideLayout, narrow: narrowLayout };

/** Each pair that one can come from and go to, by the rules of a journey. */
function expectedEdges({ trigger, steps }: Graph): string[] {
  const edges: string[] = [];
  const walk = (list: readonly GraphStep[], from: string[]): string[] =>
    list.reduce((open, { node, arms }) => {
      edges.push(...open.map((id) => `${id}>${node.id}`));
      if (node.kind === 'exit') return [];
      if (!arms) return [node.id];
      return arms.flatMap((arm) => walk(arm.steps, [node.id]));
    }, from);
  const open = walk([{ node: trigger }, ...steps], []);
  edges.push(...open.map((id) => `${id}>end`));
  return edges.sort();
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** A line of an arrow that runs through a box, not along its edge. */
const crosses = (box: Box, from: Point, to: Point): boolean =>
  Math.min(from.x, to.x) < box.x + box.width &&
  Math.max(from.x, to.x) > box.x &&
  Math.min(from.y, to.y) < box.y + box.height &&
  Math.max(from.y, to.y) > box.y;

function expectDrawn(layout: Layout, graph: Graph): void {
  const { boxes, edges, width, height } = layout;
  const ids = boxes.map(({ node }) => node.id);
  const steps = allSteps(graph.steps).map(({ id }) => id);
  expect(ids.filter((id) => id !== 'end')).toEqual(['start', ...steps]);
  boxes.forEach((box, at) => {
    expect(boxes.slice(at + 1).filter((other) => overlap(box, other))).toEqual([]);
    expect(box.x >= 0 && box.y >= 0).toBe(true);
    expect(box.x + box.width <= width && box.y + box.height <= height).toBe(true);
  });
  expect(edges.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(expectedEdges(graph));
  const byId = new Map(boxes.map((box) => [box.node.id, box]));
  for (const { from, to, points } of edges) {
    const [source, target] = [byId.get(from) as Box, byId.get(to) as Box];
    expect(target.y).toBeGreaterThanOrEqual(source.y + source.height);
    points.slice(1).forEach((point, at) => {
      const before = points[at] as Point;
      expect(point.y).toBeGreaterThanOrEqual(before.y);
      expect(point.x >= 0 && point.x <= width).toBe(true);
      expect(boxes.filter((box) => crosses(box, before, point))).toEqual([]);
    });
  }
}

describe.each(['wide', 'narrow'] as const)('the %s picture of a journey', (name) => {
  it('has every step and every way, forward, and nothing lies over anything else', () => {
    fc.assert(
      fc.property(sketches, (list) => {
        const graph = graphFrom(list);
        expectDrawn(layouts[name](graph, shape), graph);
      }),
    );
  });

  it('shows the shipped journeys', () => {
    const files = readTemplates(TEMPLATES_DIR);
    for (const folder of journeyFolders(files)) {
      const path = `${folder}/journey.yaml`;
      const graph = graphOf(folder, path, files.get(path) ?? '') as Graph;
      expectDrawn(layouts[name](graph, { heightOf: () => 50 }), graph);
    }
  });
});

describe('breaking a text into lines', () => {
  it('keeps every sign, and no line is too wide unless a single sign is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 20, max: 300 }),
        (text, width) => {
          const lines = brokenText(text, width, 14);
          expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          for (const line of lines) {
            expect([...line].length === 1 || textWidth(line, 14) <= width).toBe(true);
          }
        },
      ),
    );
  });
});
