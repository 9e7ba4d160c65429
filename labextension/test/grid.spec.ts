import { blockOf, gridOf, indexOf, rangeOf, sliceOf } from '../src/grid';
import { random } from './fixtures';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Shapes of one to five dimensions, unit axes among them, of no more than 4096 squares, as the contract has it. */
function shapes(count: number): number[][] {
  const next = random(7);
  const found: number[][] = [];
  while (found.length < count) {
    const dimensions = 1 + Math.floor(5 * next());
    const most = [4096, 64, 16, 9, 6][dimensions - 1]!;
    const shape = Array.from({ length: dimensions }, () => (next() < 0.2 ? 1 : 1 + Math.floor(most * next())));
    if (sizeOf(shape) <= 4096) {
      found.push(shape);
    }
  }
  return found;
}

describe('the picture of a map', () => {
  test('has a place for every square, each its own, within its sides', () => {
    for (const shape of [...shapes(200), [2], [32], [33], [1000], [16, 1], [17, 1], [5, 1, 1], [3, 1, 4, 1, 2]]) {
      const grid = gridOf(shape);
      const size = sizeOf(shape);
      if (grid === null) {
        expect([shape, size]).toEqual([shape, 1]);
        continue;
      }
      for (let square = 0; square < size; square++) {
        const [x, y] = grid.place(square);
        if (grid.at(x, y) !== square || grid.at(x + 0.99, y + 0.99) !== square || x >= grid.width || y >= grid.height) {
          throw new Error(`square ${square} of ${String(shape)} lies at ${x}, ${y} of ${grid.width} x ${grid.height}`);
        }
      }
    }
  });

  test('has nothing but its squares: what is in no place is no square', () => {
    for (const shape of [...shapes(100), [33], [100], [7, 3, 3], [2, 3, 2, 2]]) {
      const grid = gridOf(shape);
      if (grid === null) {
        continue;
      }
      const found: number[] = [];
      for (let y = -1; y <= grid.height; y++) {
        for (let x = -1; x <= grid.width; x++) {
          const square = grid.at(x + 0.5, y + 0.5);
          if (square !== null) {
            found.push(square);
          }
        }
      }
      found.sort((one, other) => one - other);
      expect([shape, found]).toEqual([shape, [...Array(sizeOf(shape)).keys()]]);
    }
  });

  test.each<[number[]]>([[[]], [[1]], [[1, 1]], [[1, 1, 1, 1, 1]], [[0]], [[0, 5]], [[3, 0, 2]]])(
    'of shape %p is none: there is nothing to compare',
    shape => {
      expect(gridOf(shape)).toBeNull();
    }
  );

  test('of a size beyond all numbers is none', () => {
    expect(gridOf([1e200, 1e200])).toBeNull();
  });

  test('lies as the array does', () => {
    const matrix = gridOf([3, 5])!;
    expect([matrix.width, matrix.height]).toEqual([5, 3]);
    expect(matrix.place(7)).toEqual([2, 1]);
    // A short column stands, a longer one and a row lie.
    const [column, long, row] = [gridOf([5, 1])!, gridOf([40, 1])!, gridOf([1, 5])!];
    expect([column.width, column.height]).toEqual([1, 5]);
    expect([long.width, long.height]).toEqual([32, 2]);
    expect([row.width, row.height]).toEqual([5, 1]);
    // A kernel's slices have a gap between them.
    const kernel = gridOf([2, 3, 3])!;
    expect([kernel.width, kernel.height]).toEqual([7, 3]);
    expect(kernel.at(3.5, 1)).toBeNull();
    expect(kernel.place(9)).toEqual([4, 0]);
  });

  test('of many slices is not a single row of them', () => {
    for (const shape of [
      [64, 5, 5],
      [16, 4, 3, 3],
      [4, 4, 4, 4, 4]
    ]) {
      const { width, height } = gridOf(shape)!;
      expect(width / height).toBeGreaterThan(0.7);
      expect(width / height).toBeLessThan(3);
    }
  });
});

test('the number of a square is its place in the array, row by row', () => {
  expect(indexOf(7, [3, 5])).toEqual([1, 2]);
  expect(indexOf(0, [4, 1, 2])).toEqual([0, 0, 0]);
  expect(indexOf(0, [])).toEqual([]);
  for (const shape of shapes(50)) {
    const square = sizeOf(shape) - 1;
    expect(indexOf(square, shape)).toEqual(shape.map(length => length - 1));
  }
});

/** Which entries of each axis every square stands for, folded as the kernel folds: see `_worst_of_blocks`. */
function folded(shape: readonly number[], limit: number): number[][][] {
  const axes = shape.map(length => Array.from({ length }, (_, entry) => [entry]));
  while (sizeOf(axes.map(axis => axis.length)) > limit) {
    const lengths = axes.map(axis => axis.length);
    const longest = lengths.indexOf(Math.max(...lengths));
    const axis = axes[longest]!;
    axes[longest] = Array.from({ length: Math.ceil(axis.length / 2) }, (_, half) =>
      [...axis[2 * half]!, ...(axis[2 * half + 1] ?? [])]
    );
  }
  return axes;
}

describe('a square that stands for several entries', () => {
  test('stands for those that the kernel has folded into it', () => {
    const next = random(11);
    for (const small of shapes(150)) {
      // Longer axes than a map may have, and limits of all sizes: a report of many parameters has small maps.
      const shape = small.map(length => Math.ceil(length * (1 + 5 * next())));
      const limit = 1 + Math.floor(4096 * next() ** 3);
      const axes = folded(shape, limit);
      const map = { shape: axes.map(axis => axis.length), values: [] };
      const block = blockOf(shape, map);
      for (const at of [0, 0.5, 0.999]) {
        const square = Math.floor(at * sizeOf(map.shape));
        const index = indexOf(square, map.shape);
        const entries = index.map((place, axis) => axes[axis]![place]!);
        const told = entries.map(list => (list.length > 1 ? `${list[0]}:${list[list.length - 1]! + 1}` : `${list[0]}`));
        expect([shape, limit, rangeOf(index, block, shape)]).toEqual([shape, limit, `[${told.join(', ')}]`]);
      }
    }
  });

  test('of a parameter of 1e8 entries', () => {
    const shape = [10_000, 10_000];
    const axes = folded(shape, 4096);
    const block = blockOf(shape, { shape: axes.map(axis => axis.length), values: [] });
    expect(block).toEqual([256, 128]);
    expect(rangeOf([39, 0], block, shape)).toBe('[9984:10000, 0:128]');
  });

  test('is one entry where nothing was folded', () => {
    expect(blockOf([3, 5], { shape: [3, 5], values: [] })).toEqual([1, 1]);
    expect(rangeOf([2, 0], [1, 1], [3, 5])).toBe('[2, 0]');
    expect(rangeOf([], [], [])).toBe('[]');
  });

  test('is found without end, whatever a map claims', () => {
    for (const squares of [0, -1, 0.5, NaN]) {
      expect(blockOf([1e12], { shape: [squares], values: [] })[0]).toBeGreaterThan(0);
    }
    expect(blockOf([4, 4], { shape: [], values: [] })).toEqual([1, 1]);
  });
});

describe('a slice', () => {
  test('is named by the axes that lead to it', () => {
    const shape = [2, 3, 2, 4, 5];
    const block = [1, 1, 1, 1, 1];
    const grid = gridOf(shape)!;
    expect(grid.slices).toMatchObject({ count: 12, squares: 20 });
    expect(sliceOf(indexOf(0, shape), shape, block, shape)).toBe('[0, 0, 0, :, :]');
    expect(sliceOf(indexOf(11 * 20, shape), shape, block, shape)).toBe('[1, 2, 1, :, :]');
  });

  test('has whole axes where they are longer than one, and ranges where squares stand for several', () => {
    expect(sliceOf([1, 0, 2, 0], [2, 3, 4, 1], [2, 1, 1, 1], [4, 3, 4, 1])).toBe('[2:4, :, :, 0]');
  });

  test('is none where all is one picture', () => {
    expect([gridOf([4, 5])!.slices, gridOf([1, 4, 5])!.slices, gridOf([50])!.slices]).toEqual([null, null, null]);
  });
});
