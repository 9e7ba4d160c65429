import { parameterText, ratioOf } from '../src/copy';
import { parameter } from './fixtures';

const entry = { index: [2, 0], analytic: 1.8, numerical: 0.9, error_bound: 1e-9, verdict: 'fail' as const };

test('a parameter is copied as a sentence and a table of columns', () => {
  const text = parameterText(parameter({ name: 'W2', message: 'dW2 is 2 x the numerical gradient.', worst: [entry] }));
  expect(text.split('\n').map(line => line.split('\t'))).toEqual([
    ['W2 (3 x 5): dW2 is 2 x the numerical gradient.'],
    ['entry', 'yours', 'numerical', 'known to +-', 'yours / numerical', 'verdict'],
    ['[2, 0]', '1.8', '0.9', '1e-9', '2', 'fail']
  ]);
});

test('all digits are copied, and what is no number says so', () => {
  const worst = [
    { ...entry, index: [], analytic: 0.1 + 0.2, numerical: 0 },
    { ...entry, analytic: null, error_bound: null }
  ];
  const [first, , ...rows] = parameterText(parameter({ name: 'b', shape: [], worst })).split('\n');
  expect(first).toMatch(/^b \(one number\): /);
  expect(rows).toEqual(['[]\t0.30000000000000004\t0\t1e-9\tn/a\tfail', '[2, 0]\tn/a\t0.9\tn/a\tn/a\tfail']);
});

test.each([
  [3, 2, 1.5],
  [-1, 1, -1],
  [0, 1, 0],
  [1, 0, null],
  [null, 1, null],
  [1, null, null]
])('%p through %p is %p', (analytic, numerical, ratio) => {
  expect(ratioOf({ analytic, numerical })).toBe(ratio);
});
