/** Where the entries of an error map lie in a picture, whatever the number of their dimensions. */

import type { ErrorMap } from './contract';

/** A picture of unit squares. Squares are numbered as the map's values are. */
export interface Grid {
  /** Width and height in squares, the gaps between slices included. */
  width: number;
  height: number;
  /** Column and row of a square, from 0. */
  place(square: number): readonly [x: number, y: number];
  /** The square at a point of the picture, or null between slices and past the end. */
  at(x: number, y: number): number | null;
  /** The slices that stand side by side, where there are several. */
  slices: { count: number; across: number; squares: number } | null;
}

/** Vectors longer than this go on in the next line. */
const SHORT_STRIP = 32;
/** Between the slices of a kernel, in squares. */
const GAP = 1;

/** The picture of a map of this shape; null where there is nothing to see: no entry, or a single one. */
export function gridOf(shape: readonly number[]): Grid | null {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size < 2 || !Number.isFinite(size)) {
    return null;
  }
  const long = shape.filter(length => length > 1);
  if (long.length === 1) {
    return isColumn(shape) && size <= SHORT_STRIP / 2 ? tiles(1, size, 1, 1) : strip(size);
  }
  const [rows, columns] = long.slice(-2) as [number, number];
  const slices = size / (rows * columns);
  // A little wider than high, as the panel's own width allows it to be.
  const across = Math.max(1, Math.min(slices, Math.round(Math.sqrt((1.5 * slices * (rows + GAP)) / (columns + GAP)))));
  return tiles(slices, rows, columns, across);
}

/** The place in the map's own shape of the square with this number. */
export function indexOf(square: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = square;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}

/**
 * How many entries a square stands for, along each axis.
 *
 * #### Notes
 * The kernel halves the longest axis until the map is small enough, so that each square covers a power of two.
 */
export function blockOf(shape: readonly number[], map: ErrorMap): number[] {
  return shape.map((length, axis) => {
    const squares = map.shape[axis] ?? length;
    let block = 1;
    while (block < length && Math.ceil(length / block) > squares) {
      block *= 2;
    }
    return block;
  });
}

/** The entries that a square stands for, as in `[4:8, 0]`; their place where it is one. */
export function rangeOf(index: readonly number[], block: readonly number[], shape: readonly number[]): string {
  const parts = index.map((place, axis) => {
    const step = block[axis] ?? 1;
    const start = place * step;
    const end = Math.min(start + step, shape[axis] ?? start + step);
    return end - start > 1 ? `${start}:${end}` : String(start);
  });
  return `[${parts.join(', ')}]`;
}

/** The entries of the slice that `index` is in, as in `[0, 2, :, :]`: its last two axes that are longer than one are whole. */
export function sliceOf(
  index: readonly number[],
  map: readonly number[],
  block: readonly number[],
  shape: readonly number[]
): string {
  const whole = map.flatMap((length, axis) => (length > 1 ? [axis] : [])).slice(-2);
  const parts = rangeOf(index, block, shape).slice(1, -1).split(', ');
  return `[${parts.map((part, axis) => (whole.includes(axis) ? ':' : part)).join(', ')}]`;
}

function isColumn(shape: readonly number[]): boolean {
  return shape.length > 1 && shape[shape.length - 1] === 1;
}

function strip(size: number): Grid {
  // Lines that are neither too many nor too long to see.
  const width = Math.min(size, Math.max(SHORT_STRIP, Math.ceil(Math.sqrt(6 * size))));
  return {
    width,
    height: Math.ceil(size / width),
    place: square => [square % width, Math.floor(square / width)],
    at: (x, y) => {
      const square = Math.floor(y) * width + Math.floor(x);
      return x >= 0 && x < width && y >= 0 && square < size ? square : null;
    },
    slices: null
  };
}

function tiles(slices: number, rows: number, columns: number, across: number): Grid {
  const [wide, high] = [columns + GAP, rows + GAP];
  const down = Math.ceil(slices / across);
  return {
    width: across * wide - GAP,
    height: down * high - GAP,
    place: square => {
      const slice = Math.floor(square / (rows * columns));
      const inside = square % (rows * columns);
      return [
        (slice % across) * wide + (inside % columns),
        Math.floor(slice / across) * high + Math.floor(inside / columns)
      ];
    },
    at: (x, y) => {
      const [column, row] = [Math.floor(x) % wide, Math.floor(y) % high];
      const [right, below] = [Math.floor(Math.floor(x) / wide), Math.floor(Math.floor(y) / high)];
      const slice = below * across + right;
      const inside = x >= 0 && y >= 0 && column < columns && row < rows && right < across && slice < slices;
      return inside ? (slice * rows + row) * columns + column : null;
    },
    slices: slices > 1 ? { count: slices, across, squares: rows * columns } : null
  };
}
