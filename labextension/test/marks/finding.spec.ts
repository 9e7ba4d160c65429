import { wrongLines } from '../../src/marks/finding';
import { report, wrong } from './fixtures';

test('the wrong gradients have lines, counted from the first of their function', () => {
  const lines = wrongLines(report({ line: 10 }));
  expect(lines.map(({ code, offset }) => [code, offset])).toEqual([
    [0, 2],
    [0, 3]
  ]);
  expect(lines[0]!.findings).toEqual([
    { gradient: 'dw', message: 'dw is 2 x the numerical gradient.', difference: 0.6 }
  ]);
});

test('what comes from one line is said there', () => {
  const own = report();
  own.parameters = ['dw', 'db'].map(name => wrong(name, 5, 'return dx, dw, db'));
  expect(wrongLines(own)).toMatchObject([{ offset: 4, findings: [{ gradient: 'dw' }, { gradient: 'db' }] }]);
});

test('a gradient that is wrong only nearby counts; one that is undecided does not', () => {
  const own = report();
  own.parameters = [
    wrong('dw', 3, 'dw = 2 * x', { cause: null, message: 'dw is wrong at a point nearby.' }),
    wrong('db', 4, 'db = 4', { verdict: 'inconclusive' })
  ];
  expect(wrongLines(own)).toMatchObject([{ findings: [{ message: 'dw is wrong at a point nearby.' }] }]);
});

test.each([
  ['has no line', { source: null }],
  ['has a line of no function', { source: { cell_id: null, line: 3, text: 'dw = 2 * x' } }],
  ['has a line of an unknown function', { source: { cell_id: null, line: 3, text: 'dw = 2 * x', code: 7 } }],
  ['has a line that says something else', { source: { cell_id: null, line: 4, text: 'dw = 2 * x', code: 0 } }],
  ['has a line outside of its function', { source: { cell_id: null, line: 99, text: 'dw = 2 * x', code: 0 } }]
])('a gradient that %s has no mark', (_, fields) => {
  const own = report();
  own.parameters = [wrong('dw', 3, 'dw = 2 * x', fields)];
  expect(wrongLines(own)).toEqual([]);
});

test('a report from before there were places of functions has no marks', () => {
  const own = report();
  delete own.code;
  expect(wrongLines(own)).toEqual([]);
  expect(wrongLines(report({ text: null }))).toEqual([]);
});
