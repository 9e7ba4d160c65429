import { findLine, findPlace } from '../../src/marks/place';
import { BACKWARD, cell, code } from './fixtures';

const place = { cell_id: null, line: 3, text: 'dw = 2 * x', code: 0 };

test('a line is found where its function is by now', () => {
  const cells = [cell('a', 'x = 1'), cell('b', `# new\n# new\n${BACKWARD}`)];
  expect(findPlace(cells, place, code(), null)).toEqual({ kind: 'found', cell: 'b', line: 4 });
});

test('where the function was found before is where it is looked for', () => {
  const known = { kind: 'anchored', cell: 'b', text: BACKWARD } as const;
  const cells = [cell('a', BACKWARD), cell('b', BACKWARD)];
  expect(findPlace(cells, place, code(), known)).toEqual({ kind: 'found', cell: 'b', line: 2 });
  expect(findPlace([cell('a', BACKWARD)], place, code(), known)).toEqual({ kind: 'gone' });
});

test('a function that has changed is said to have', () => {
  const cells = [cell('b', BACKWARD.replace('2', '1'))];
  expect(findPlace(cells, place, code({ cell_id: 'b' }), null)).toEqual({ kind: 'stale', cell: 'b' });
});

test('so is one that several cells hold, one that is gone, and one that is in a file', () => {
  expect(findPlace([cell('a', BACKWARD), cell('b', BACKWARD)], place, code(), null).kind).toBe('ambiguous');
  expect(findPlace([cell('a', '')], place, code(), null).kind).toBe('gone');
  expect(findPlace([cell('a', BACKWARD)], place, code({ cell_hash: null }), null).kind).toBe('elsewhere');
  expect(findPlace([cell('a', '')], place, code({ cell_hash: null, text: null }), null).kind).toBe('elsewhere');
});

test('without the text of its function a line is looked for by itself', () => {
  const cells = [cell('a', BACKWARD.replace('4', '5'))];
  expect(findPlace(cells, place, code({ text: null }), null)).toEqual({ kind: 'gone' });
  expect(findPlace(cells, { ...place, text: 'dx = w' }, null, null)).toEqual({ kind: 'found', cell: 'a', line: 1 });
});

const line = { cell_id: null, line: 2, text: '    dW = 2 * x' };

test('a line by itself is found by its text and number', () => {
  const cells = [cell('a', 'dW = 2 * x'), cell('b', 'def f(x):\n    dW = 2 * x')];
  expect(findLine(cells, line)).toMatchObject({ cell: 'b', line: 1 });
});

test('in the cell that the kernel knows first', () => {
  const cells = [cell('a', '\ndW = 2 * x'), cell('b', '\ndW = 2 * x')];
  expect(findLine(cells, { ...line, cell_id: 'b' })).toMatchObject({ cell: 'b', line: 1 });
});

test('where it has moved to', () => {
  expect(findLine([cell('a', '# new\r\n# new\r\n  dW = 2 * x')], line)).toMatchObject({ cell: 'a', line: 2 });
});

test('one that has been edited is not guessed', () => {
  expect(findLine([cell('a', 'def f(x):\n    dW = x')], { ...line, cell_id: 'a' })).toBeNull();
});
