/** The picture for a telephone: one column, the ways of a branch below each other, a little further in. */
import type { Graph, GraphNode, GraphStep } from './graph.ts';
import { type Box, type Edge, END, type Layout, type Point, type Shape } from './layout.ts';

/** What a telephone of 375 px has left beside the margins of the page. */
export const NARROW_WIDTH = 340;
const GAP_Y = 22;
/** Above the first step of a way stands which way it is. */
const LABEL_HEIGHT = 20;
const INDENT = 20;
/** On the right, ways that are at their end lead down to what comes next: one rail a level. */
const RAIL = 9;
/** From the left edge of a box: where its arrow begins, left of what stands further in. */
const STEM = 10;

type Loose = { from: string; start: Point; rail: number; label?: Edge['label'] };

type Drawing = {
  shape: Shape;
  right: number;
  y: number;
  boxes: Box[];
  edges: Edge[];
  /** Of ways that ended; the next step takes them. */
  loose: Loose[];
};

const depthOf = (steps: readonly GraphStep[]): number =>
  Math.max(
    0,
    ...steps.map(({ arms }) =>
      arms ? 1 + Math.max(0, ...arms.map((arm) => depthOf(arm.steps))) : 0,
    ),
  );

/** Down the rail at the right, and into the box from there. */
function alongRail({ from, start, rail, label }: Loose, box: Box): Edge {
  const y = box.y + Math.min(18, box.height / 2);
  const points = [start, { x: rail, y: start.y }, { x: rail, y }, { x: box.x + box.width, y }];
  return { from, to: box.node.id, points, ...(label && { label }) };
}

function addBox(drawing: Drawing, node: GraphNode, depth: number): Box {
  const { shape, right, boxes, edges } = drawing;
  const x = depth * INDENT;
  const width = right - x;
  const box = { node, x, y: drawing.y, width, height: shape.heightOf(node, width) };
  boxes.push(box);
  edges.push(...drawing.loose.map((loose) => alongRail(loose, box)));
  drawing.loose = [];
  drawing.y = box.y + box.height;
  return box;
}

/** Straight down at the left. */
const below = (from: Box, to: Box): Edge => {
  const x = from.x + STEM;
  return {
    from: from.node.id,
    to: to.node.id,
    points: [
      { x, y: from.y + from.height },
      { x, y: to.y },
    ],
  };
};

function addArms(drawing: Drawing, head: Box, { arms = [] }: GraphStep, depth: number): void {
  const rail = drawing.right + RAIL * (railsOf(drawing) - depth);
  const stem = head.x + STEM;
  const ended: Loose[] = [];
  for (const { label: text, steps } of arms) {
    if (steps.length === 0) {
      const start = { x: head.x + head.width, y: head.y + head.height - 12 };
      ended.push({ from: head.node.id, start, rail });
      continue;
    }
    drawing.y += GAP_Y / 2 + LABEL_HEIGHT;
    const label = { text, at: { x: (depth + 1) * INDENT + 2, y: drawing.y - 6 } };
    const first = drawing.boxes.length;
    const last = addList(drawing, steps, depth + 1);
    const box = drawing.boxes[first] as Box;
    const y = box.y + Math.min(18, box.height / 2);
    const points = [
      { x: stem, y: head.y + head.height },
      { x: stem, y },
      { x: box.x, y },
    ];
    drawing.edges.push({ from: head.node.id, to: box.node.id, points, label });
    ended.push(...drawing.loose);
    drawing.loose = [];
    if (last && last.node.kind !== 'exit') {
      const start = {
        x: last.x + last.width,
        y: last.y + last.height - Math.min(12, last.height / 2),
      };
      ended.push({ from: last.node.id, start, rail });
    }
  }
  drawing.loose = ended;
}

const railsOf = ({ right }: Drawing): number => Math.floor((NARROW_WIDTH - 2 - right) / RAIL);

/** The last box, where the way goes on straight down from it; after a branch it goes on by the rail. */
function addList(drawing: Drawing, steps: readonly GraphStep[], depth: number): Box | undefined {
  let previous: Box | undefined;
  steps.forEach((step, at) => {
    if (at > 0) drawing.y += GAP_Y;
    const box = addBox(drawing, step.node, depth);
    if (previous) drawing.edges.push(below(previous, box));
    previous = step.node.kind === 'exit' ? undefined : box;
    if (!step.arms) return;
    addArms(drawing, box, step, depth);
    previous = undefined;
  });
  return previous;
}

export function narrowLayout({ trigger, steps }: Graph, shape: Shape): Layout {
  const right = NARROW_WIDTH - 2 - RAIL * depthOf(steps);
  const drawing: Drawing = { shape, right, y: 0, boxes: [], edges: [], loose: [] };
  const last = addList(drawing, [{ node: trigger }, ...steps], 0);
  if (last || drawing.loose.length > 0) {
    drawing.y += GAP_Y;
    const end = addBox(drawing, END, 0);
    if (last) drawing.edges.push(below(last, end));
  }
  const { boxes, edges, y: height } = drawing;
  return { width: NARROW_WIDTH, height, boxes, edges };
}
