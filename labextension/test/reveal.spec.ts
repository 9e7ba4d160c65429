import { lineOf } from '../src/reveal';

const place = { cell_id: 'cell', line: 2, text: '    dW = 2 * x' };

test('a line is found at its place', () => {
  expect(lineOf(['dW = 2 * x', '    dW = 2 * x'], place)).toBe(1);
});

test('a line is found where it has moved to', () => {
  expect(lineOf(['# new', '# new', '  dW = 2 * x'], place)).toBe(2);
});

test('a line that has been edited is not guessed', () => {
  expect(lineOf(['def f(x):', '    dW = x'], place)).toBeNull();
});
