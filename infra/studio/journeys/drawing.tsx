/** The picture of a journey as SVG. It stands beside a list that says the same, for those who do not see it. */
import { mailAddress } from '../words/address.ts';
import { figureLines, type FiguresOf } from './figures.ts';
import type { Graph, GraphNode } from './graph.ts';
import { type Box, type Edge, type Layout, type Point, type Shape, wideLayout } from './layout.ts';
import { narrowLayout } from './narrow-layout.ts';
import { brokenText } from './text-width.ts';

const PADDING_X = 14;
const PADDING_Y = 11;
/** Left of the text: what kind of step it is. */
const ICON = 24;
const TITLE = { size: 14, line: 19 };
const DETAIL = { size: 12.5, line: 17 };
const END_HEIGHT = 34;
const BEND_RADIUS = 8;
const MARGIN = 3;

type TextLine = { text: string; look: 'title' | 'detail' | 'figure'; height: number };

function linesOf(node: GraphNode, width: number, figures: FiguresOf): TextLine[] {
  const room = width - 2 * PADDING_X - ICON;
  const broken = (look: TextLine['look'], text: string, { size, line }: typeof TITLE) =>
    brokenText(text, room, size).map((part) => ({ text: part, look, height: line }));
  const numbers = figures(node.step);
  return [
    ...broken('title', node.title, TITLE),
    ...node.details.flatMap((detail) => broken('detail', detail, DETAIL)),
    ...(numbers ? figureLines(numbers).flatMap((line) => broken('figure', line, DETAIL)) : []),
  ];
}

const shapeWith = (figures: FiguresOf): Shape => ({
  heightOf: (node, width) =>
    node.kind === 'end'
      ? END_HEIGHT
      : linesOf(node, width, figures).reduce((sum, { height }) => sum + height, 2 * PADDING_Y),
});

/** Drawn in 16 by 16: a flag, a clock, a letter, a fork, a bell, a stop. */
const ICONS: Readonly<Record<GraphNode['kind'], string>> = {
  trigger: 'M3 15V2M3 3h9l-2 3 2 3H3',
  wait: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 4.5V8l2.5 2',
  wait_until: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 4.5V8l2.5 2',
  send: 'M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5',
  branch: 'M8 1v5M8 6L3 11v4M8 6l5 5v4',
  emit: 'M2 6v4h3l5 4V2L5 6zM12.5 5.5a4 4 0 0 1 0 5',
  exit: 'M4 4l8 8M12 4l-8 8',
  unreadable: 'M8 2v7M8 12.5v1.5',
  end: '',
};

/** A line with round corners. */
function pathOf(points: readonly Point[]): string {
  const parts = points.map((point, at) => {
    const [before, after] = [points[at - 1], points[at + 1]];
    if (!before) return `M${point.x} ${point.y}`;
    if (!after) return `L${point.x} ${point.y}`;
    const near = (other: Point): Point => {
      const length = Math.hypot(other.x - point.x, other.y - point.y);
      const share = length === 0 ? 0 : Math.min(BEND_RADIUS, length / 2) / length;
      return {
        x: point.x + (other.x - point.x) * share,
        y: point.y + (other.y - point.y) * share,
      };
    };
    const [from, to] = [near(before), near(after)];
    return `L${from.x} ${from.y}Q${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  return parts.join('');
}

const EdgeLine = ({ edge, arrow }: { edge: Edge; arrow: string }) => (
  <>
    <path class="edge" d={pathOf(edge.points)} marker-end={`url(#${arrow})`} />
    {edge.label && (
      <text class="way" x={edge.label.at.x} y={edge.label.at.y}>
        {edge.label.text}
      </text>
    )}
  </>
);

const Lines = ({ box, figures }: { box: Box; figures: FiguresOf }) => {
  let y = box.y + PADDING_Y;
  return (
    <>
      {linesOf(box.node, box.width, figures).map(({ text, look, height }) => {
        y += height;
        return (
          <text class={look} x={box.x + PADDING_X + ICON} y={y - 5}>
            {text}
          </text>
        );
      })}
    </>
  );
};

const Card = ({ box, figures }: { box: Box; figures: FiguresOf }) => {
  const { node, x, y, width, height } = box;
  if (node.kind === 'end') {
    return (
      <g class="node end">
        <rect x={x} y={y} width={width} height={height} rx={height / 2} />
        <text class="title" x={x + width / 2} y={y + 22} text-anchor="middle">
          {node.title}
        </text>
      </g>
    );
  }
  const card = (
    <g class={`node ${node.kind}`}>
      <rect x={x} y={y} width={width} height={height} rx={12} />
      <path
        class="icon"
        d={ICONS[node.kind]}
        transform={`translate(${x + PADDING_X} ${y + PADDING_Y + 2})`}
      />
      <Lines box={box} figures={figures} />
    </g>
  );
  if (node.mail === undefined) return card;
  // The list has the same link; two in a row would only be in the way of the keyboard.
  return (
    <a href={mailAddress(node.mail)} tabindex={-1}>
      {card}
    </a>
  );
};

const Picture = ({
  layout,
  name,
  figures,
}: {
  layout: Layout;
  name: string;
  figures: FiguresOf;
}) => {
  const { width, height, boxes, edges } = layout;
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return (
    <svg
      class={`picture ${name}`}
      viewBox={`${-MARGIN} ${-MARGIN} ${w} ${h}`}
      width={w}
      height={h}
      aria-hidden="true"
    >
      <defs>
        <marker
          id={`arrow-${name}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path class="arrow" d="M1 1L7 4L1 7" />
        </marker>
      </defs>
      {edges.map((edge) => (
        <EdgeLine edge={edge} arrow={`arrow-${name}`} />
      ))}
      {boxes.map((box) => (
        <Card box={box} figures={figures} />
      ))}
    </svg>
  );
};

/** Both pictures; the sheet shows the one that fits. */
export const JourneyPicture = ({ graph, figures }: { graph: Graph; figures: FiguresOf }) => {
  const shape = shapeWith(figures);
  return (
    <>
      <Picture layout={wideLayout(graph, shape)} name="wide" figures={figures} />
      <Picture layout={narrowLayout(graph, shape)} name="narrow" figures={figures} />
    </>
  );
};
