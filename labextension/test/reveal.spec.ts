import { findLine } from '../src/reveal';

const place = { cell_id: null, line: 2, text: '    dW = 2 * x' };
const cell = (id: string, ...lines: string[]) => ({ id, lines });

test('a line is found by its text and number where the cell is not known', () => {
  const cells = [cell('a', 'dW = 2 * x'), cell('b', 'def f(x):', '    dW = 2 * x')];
  expect(findLine(cells, place)).toEqual({ cell: 1, line: 1 });
});

test('the cell that the kernel knows comes first', () => {
  const cells = [cell('a', '', 'dW = 2 * x'), cell('b', '', 'dW = 2 * x')];
  expect(findLine(cells, { ...place, cell_id: 'b' })).toEqual({ cell: 1, line: 1 });
});

test('a line is found where it has moved to', () => {
  expect(findLine([cell('a', '# new', '# new', '  dW = 2 * x')], place)).toEqual({ cell: 0, line: 2 });
});

test('a line that has been edited is not guessed', () => {
  expect(findLine([cell('a', 'def f(x):', '    dW = x')], { ...place, cell_id: 'a' })).toBeNull();
});
