import { anchorOf } from '../../src/marks/anchor';
import { murmur2 } from '../../src/marks/murmur';
import { cell, code } from './fixtures';

const TEXT = 'def backward(x):\n    dx = 3 * x\n    return dx';
const own = code({ text: TEXT, cell_hash: murmur2(TEXT) });

test('the cell that the kernel names comes first', () => {
  const cells = [cell('a', TEXT), cell('b', `# copy\n${TEXT}`), cell('c', TEXT)];
  expect(anchorOf(cells, { ...own, cell_id: 'b' })).toEqual({ kind: 'anchored', cell: 'b', text: TEXT });
});

test('else the one whose source is what ran', () => {
  const cells = [cell('a', `# copy\n${TEXT}`), cell('b', TEXT)];
  expect(anchorOf(cells, own)).toMatchObject({ cell: 'b' });
  // The cell that the kernel names no longer holds it.
  expect(anchorOf([...cells, cell('c', 'x = 1')], { ...own, cell_id: 'c' })).toMatchObject({ cell: 'b' });
});

test('else the only one that holds it', () => {
  const cells = [cell('a', 'import numpy as np'), cell('b', `${TEXT}\nprint(1)`)];
  expect(anchorOf(cells, own)).toMatchObject({ cell: 'b' });
  expect(anchorOf(cells, { ...own, cell_id: 'lost' })).toMatchObject({ cell: 'b' });
});

test('several cells that are as good as each other are not guessed from', () => {
  expect(anchorOf([cell('a', TEXT), cell('b', TEXT)], own)).toEqual({ kind: 'ambiguous' });
  expect(anchorOf([cell('a', `${TEXT}\n1`), cell('b', `${TEXT}\n2`)], own)).toEqual({ kind: 'ambiguous' });
});

test('a function that was edited in the cell that the kernel names is there, and may come back', () => {
  const cells = [cell('a', TEXT.replace('3', '2'))];
  expect(anchorOf(cells, { ...own, cell_id: 'a' })).toEqual({ kind: 'anchored', cell: 'a', text: TEXT });
  expect(anchorOf(cells, own)).toEqual({ kind: 'gone' });
});

test('a function that is in no cell is in a file', () => {
  expect(anchorOf([cell('a', TEXT)], code({ text: TEXT, cell_id: null, cell_hash: null }))).toEqual({
    kind: 'elsewhere'
  });
});

test('a function without its text is not looked for', () => {
  expect(anchorOf([cell('a', TEXT)], code({ text: null, cell_id: 'a' }))).toEqual({ kind: 'gone' });
});

test('in an unedited cell a function is found that IPython rewrote', () => {
  const source = '\n\nx = 1\ndef backward(x):\n    %timeit x\n    dx = 3 * x';
  const ran = "def backward(x):\n    get_ipython().run_line_magic('timeit', 'x')\n    dx = 3 * x\n";
  // Python counts from the first line that is not empty.
  expect(anchorOf([cell('a', source)], code({ text: ran, line: 2, cell_hash: murmur2(source) }))).toEqual({
    kind: 'anchored',
    cell: 'a',
    text: 'def backward(x):\n    %timeit x\n    dx = 3 * x'
  });
});
