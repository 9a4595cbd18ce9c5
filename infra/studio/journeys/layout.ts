/**
 * Where the steps of a journey stand in its picture. Journeys are short trees: a list is a column, and the two
 * ways of a branch stand beside each other, or below each other where the picture is to be narrow.
 */
import type { Graph, GraphNode, GraphStep } from './graph.ts';

export type Point = { x: number; y: number };
export type Box = { node: GraphNode; x: number; y: number; width: number; height: number };
export type Edge = {
  /** Ids of nodes. */
  from: string;
  to: string;
  points: Point[];
  label?: { text: string; at: Point };
};
export type Layout = { width: number; height: number; boxes: Box[]; edges: Edge[] };
export type Shape = {
  /** How tall a box of this width is. */
  heightOf(node: GraphNode, width: number): number;
};

export const CARD_WIDTH = 208;
/** Room for an arrow, its bend and its label. */
export const GAP_Y = 40;
const GAP_X = 18;
/** A way without steps passes by the other one. */
const LANE_WIDTH = 56;
const LABEL_DX = 8;

export const END: GraphNode = { id: 'end', kind: 'end', title: 'End', details: [] };

/** An arrow that has no target yet: the step that comes next takes it. */
type Loose = { from: string; points: Point[]; label?: { text: string; at: Point } };

/** A part of the picture, from its own left upper corner. */
type Part = {
  width: number;
  height: number;
  boxes: Box[];
  edges: Edge[];
  /** Arrows that come in, with the step that they lead to: their last points. */
  entry: { id: string; at: Point } | undefined;
  loose: Loose[];
};

const moved = ({ x, y }: Point, dx: number, dy: number): Point => ({ x: x + dx, y: y + dy });
const movedLabel = <T extends { label?: Edge['label'] }>(item: T, dx: number, dy: number): T =>
  item.label ? { ...item, label: { ...item.label, at: moved(item.label.at, dx, dy) } } : item;

function shifted(part: Part, dx: number, dy: number): Part {
  const points = <T extends { points: Point[]; label?: Edge['label'] }>(item: T): T => ({
    ...movedLabel(item, dx, dy),
    points: item.points.map((point) => moved(point, dx, dy)),
  });
  return {
    ...part,
    boxes: part.boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy })),
    edges: part.edges.map(points),
    entry: part.entry && { ...part.entry, at: moved(part.entry.at, dx, dy) },
    loose: part.loose.map(points),
  };
}

/** Straight down, then across in the gap above the target, then down. */
function joined({ from, points, label }: Loose, to: string, at: Point): Edge {
  const last = points.at(-1) ?? at;
  const bend = at.y - GAP_Y / 2;
  const way =
    last.x === at.x
      ? []
      : [
          { x: last.x, y: bend },
          { x: at.x, y: bend },
        ];
  return { from, to, points: [...points, ...way, at], ...(label && { label }) };
}

function single(node: GraphNode, shape: Shape): Part {
  const height = shape.heightOf(node, CARD_WIDTH);
  const middle = CARD_WIDTH / 2;
  return {
    width: CARD_WIDTH,
    height,
    boxes: [{ node, x: 0, y: 0, width: CARD_WIDTH, height }],
    edges: [],
    entry: { id: node.id, at: { x: middle, y: 0 } },
    loose: node.kind === 'exit' ? [] : [{ from: node.id, points: [{ x: middle, y: height }] }],
  };
}

/** A step with its ways below it. */
function stepPart({ node, arms = [] }: GraphStep, shape: Shape): Part {
  const head = single(node, shape);
  if (arms.length === 0) return head;
  const parts = arms.map(({ steps }) => column(steps, shape));
  const width = Math.max(
    CARD_WIDTH,
    parts.reduce((sum, part) => sum + part.width, GAP_X * (parts.length - 1)),
  );
  const middle = width / 2;
  const top = head.height + GAP_Y;
  const start: Point = { x: middle, y: head.height };
  const bend = head.height + GAP_Y / 2;
  const made: Part = {
    ...shifted(head, middle - CARD_WIDTH / 2, 0),
    width,
    height: top + Math.max(...parts.map((part) => part.height)),
    loose: [],
  };
  let x = (width - parts.reduce((sum, part) => sum + part.width, GAP_X * (parts.length - 1))) / 2;
  arms.forEach(({ label: text }, at) => {
    const part = shifted(parts[at] as Part, x, top);
    const target = part.entry?.at ?? { x: x + part.width / 2, y: top };
    const points = [start, { x: middle, y: bend }, { x: target.x, y: bend }, target];
    const label = { text, at: { x: target.x + LABEL_DX, y: bend + 14 } };
    made.boxes.push(...part.boxes);
    made.edges.push(...part.edges);
    if (part.entry) made.edges.push({ from: node.id, to: part.entry.id, points, label });
    else made.loose.push({ from: node.id, points, label });
    made.loose.push(...part.loose);
    x += part.width + GAP_X;
  });
  return made;
}

/** Steps below each other, each in the middle. One without steps is a lane to pass by. */
function column(steps: readonly GraphStep[], shape: Shape): Part {
  const parts = steps.map((step) => stepPart(step, shape));
  return stacked(parts);
}

function stacked(parts: readonly Part[]): Part {
  if (parts.length === 0) {
    return { width: LANE_WIDTH, height: 0, boxes: [], edges: [], entry: undefined, loose: [] };
  }
  const width = Math.max(...parts.map((part) => part.width));
  const made: Part = { width, height: 0, boxes: [], edges: [], entry: undefined, loose: [] };
  parts.forEach((each, index) => {
    const top = index === 0 ? 0 : made.height + GAP_Y;
    const part = shifted(each, (width - each.width) / 2, top);
    const { entry } = part;
    made.boxes.push(...part.boxes);
    made.edges.push(...part.edges);
    if (entry) made.edges.push(...made.loose.map((loose) => joined(loose, entry.id, entry.at)));
    made.entry ??= entry;
    made.loose = part.loose;
    made.height = top + part.height;
  });
  return made;
}

/** The ways of a branch beside each other. */
export function wideLayout({ trigger, steps }: Graph, shape: Shape): Layout {
  const parts = [single(trigger, shape), ...steps.map((step) => stepPart(step, shape))];
  const whole = stacked(parts);
  const ended = whole.loose.length > 0 ? stacked([whole, single(END, shape)]) : whole;
  return { width: ended.width, height: ended.height, boxes: ended.boxes, edges: ended.edges };
}
