/** Where a gradient is off: its errors over the parameter's own shape. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ParameterReport } from '../contract';
import { formatEntry, formatShape } from '../format';
import type { Grid } from '../grid';
import { blockOf, gridOf, indexOf, rangeOf, sliceOf } from '../grid';
import { strength } from '../scale';

const LEVELS = 10;
const ZOOMS = [1, 2, 4, 8];
/** Sides of a square, in pixels, at most and at least where the picture is not zoomed. */
const LARGEST = 18;
const SMALLEST = 1.5;
/** The width that a picture can count on: the narrowest sidebar. */
const WIDTH = 200;
const HIGHEST = 260;

export interface HeatMapProps {
  parameter: ParameterReport;
  /** Whether it is only to be looked at, as in a saved page. */
  fixed?: boolean;
  trans: TranslationBundle;
}

export function HeatMap(props: HeatMapProps): JSX.Element | null {
  const { parameter, trans } = props;
  const { map } = parameter;
  const [zoom, setZoom] = React.useState(0);
  const [square, setSquare] = React.useState<number | null>(null);
  const grid = React.useMemo(() => map && gridOf(map.shape), [map]);
  const levels = React.useMemo(() => (map && grid ? levelsOf(parameter, grid) : null), [parameter, map, grid]);
  // What stands below must not move when the words become fewer: a click there takes them away, between press and release.
  const words = React.useRef<HTMLElement>(null);
  React.useEffect(() => {
    if (words.current) {
      words.current.style.minHeight = `${words.current.offsetHeight}px`;
    }
  }, [square]);
  if (!map || !grid || !levels || map.values.length < 2) {
    return null;
  }
  const block = blockOf(parameter.shape, map);
  const folded = block.some(length => length > 1);
  const fitting = Math.max(SMALLEST, Math.min(LARGEST, WIDTH / grid.width, HIGHEST / grid.height));
  const side = fitting * ZOOMS[zoom]!;
  const zoomable = fitting < LARGEST && !props.fixed;

  const point = (event: React.PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    setSquare(grid.at(x * grid.width, y * grid.height));
  };
  const move = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      setSquare(moved(grid, square, step, map.values.length));
    }
  };
  const chosen = square === null ? null : grid.place(square);
  return (
    <figure className="jp-gradcheck-figure jp-gradcheck-heat">
      <div className="jp-gradcheck-scroll">
        <svg
          className="jp-gradcheck-map"
          viewBox={`0 0 ${grid.width} ${grid.height}`}
          width={Math.max(1, grid.width * side)}
          height={Math.max(1, grid.height * side)}
          role="img"
          aria-label={
            props.fixed ? trans.__('Errors by entry') : trans.__('Errors by entry; the arrow keys go from entry to entry')
          }
          shapeRendering="crispEdges"
          tabIndex={props.fixed ? undefined : 0}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setSquare(null)}
          onBlur={() => setSquare(null)}
          onKeyDown={move}
        >
          <path className="jp-gradcheck-ground" d={levels.ground} />
          {levels.unmeasured && <path className="jp-gradcheck-unmeasured" d={levels.unmeasured} />}
          {levels.paths.map((path, level) =>
            path === '' ? null : <path key={level} d={path} fillOpacity={(level + 1) / LEVELS} />
          )}
          {levels.broken && <path className="jp-gradcheck-broken" d={levels.broken} />}
          {chosen && <rect className="jp-gradcheck-cursor" x={chosen[0]} y={chosen[1]} width="1" height="1" />}
        </svg>
      </div>
      <figcaption ref={words} className="jp-gradcheck-help">
        <span className="jp-gradcheck-readout" aria-live="polite">
          {square === null
            ? captionOf(levels, trans)
            : `${rangeOf(indexOf(square, map.shape), block, parameter.shape)} ${readout(parameter, square, trans)}`}
        </span>
        {grid.slices && square === null && (
          <span className="jp-gradcheck-slices"> {slicesOf(grid.slices, map.shape, block, parameter.shape, trans)}</span>
        )}
        {folded && square === null && (
          <> {trans.__('A square is the worst of %1 entries.', formatShape(block) || '1')}</>
        )}
        {zoomable && (
          <span className="jp-gradcheck-zoom">
            <ZoomButton
              sign="−"
              label={trans.__('Smaller')}
              disabled={zoom === 0}
              onClick={() => setZoom(Math.max(0, zoom - 1))}
            />
            <ZoomButton
              sign="+"
              label={trans.__('Larger')}
              disabled={zoom === ZOOMS.length - 1}
              onClick={() => setZoom(Math.min(ZOOMS.length - 1, zoom + 1))}
            />
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function ZoomButton(props: { sign: string; label: string; disabled: boolean; onClick: () => void }): JSX.Element {
  return (
    <button
      type="button"
      className="jp-gradcheck-tool"
      title={props.label}
      aria-label={props.label}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.sign}
    </button>
  );
}

interface Levels {
  ground: string;
  /** Squares by how strongly they are off, the weakest first. */
  paths: string[];
  unmeasured: string;
  /** Entries that are no numbers. */
  broken: string;
  largest: number;
  limit: number;
}

/** One path for each level: thousands of elements would be slow to draw and to save. */
function levelsOf(parameter: ParameterReport, grid: Grid): Levels {
  const values = parameter.map!.values;
  // A missing number is an entry that was not measured, or one that is no number where all were.
  const partial = (parameter.coverage ?? 'every-entry') !== 'every-entry' && parameter.cause?.kind !== 'non-finite';
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const limit = parameter.detection_limit ?? 0;
  const levels: Levels = { ground: '', paths: Array<string>(LEVELS).fill(''), unmeasured: '', broken: '', largest, limit };
  values.forEach((value, square) => {
    const [x, y] = grid.place(square);
    const path = `M${x} ${y}h1v1h-1z`;
    if (value === null) {
      if (partial) {
        levels.unmeasured += path;
      } else {
        levels.broken += path;
      }
      return;
    }
    const level = Math.ceil(strength(value, limit, largest) * LEVELS) - 1;
    if (level < 0) {
      levels.ground += path;
    } else {
      levels.paths[level] += path;
    }
  });
  return levels;
}

function captionOf(levels: Levels, trans: TranslationBundle): string {
  const parts: string[] = [];
  if (levels.largest > levels.limit) {
    parts.push(trans.__('The stronger the colour, the further off: up to %1.', formatEntry(levels.largest)));
  } else if (levels.broken === '') {
    parts.push(trans.__('No entry is off by more than could be told: %1.', formatEntry(levels.largest)));
  }
  if (levels.broken !== '') {
    parts.push(trans.__('Crossed out is no number.'));
  }
  if (levels.unmeasured !== '') {
    parts.push(trans.__('Grey was not measured one by one.'));
  }
  return parts.join(' ');
}

/** Which slice is which. */
function slicesOf(
  { count, across, squares }: NonNullable<Grid['slices']>,
  map: readonly number[],
  block: readonly number[],
  shape: readonly number[],
  trans: TranslationBundle
): string {
  const name = (slice: number) => sliceOf(indexOf(slice * squares, map), map, block, shape);
  const [first, second, last] = [name(0), name(1), name(count - 1)];
  if (count === 2) {
    return across > 1
      ? trans.__('The tiles are the slices %1 and, beside it, %2.', first, second)
      : trans.__('The tiles are the slices %1 and, below it, %2.', first, second);
  }
  return across > 1
    ? trans.__('Each tile is a slice, in rows: %1 first, beside it %2, and so on; %3 is last.', first, second, last)
    : trans.__('Each tile is a slice: %1 on top, below it %2, and so on; %3 is last.', first, second, last);
}

function readout(parameter: ParameterReport, square: number, trans: TranslationBundle): string {
  const value = parameter.map!.values[square] ?? null;
  if (value === null) {
    const partial = (parameter.coverage ?? 'every-entry') !== 'every-entry' && parameter.cause?.kind !== 'non-finite';
    return partial ? trans.__('not measured one by one') : trans.__('no number');
  }
  return trans.__('off by %1', formatEntry(value));
}

const STEPS: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
};

/** The next square in a direction, across the gap between slices. */
function moved(grid: Grid, from: number | null, [dx, dy]: readonly [number, number], count: number): number {
  if (from === null) {
    return 0;
  }
  const [x, y] = grid.place(from);
  for (const far of [1, 2]) {
    const next = grid.at(x + far * dx, y + far * dy);
    if (next !== null && next < count) {
      return next;
    }
  }
  return from;
}
