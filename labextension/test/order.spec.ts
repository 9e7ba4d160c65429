import type { Verdict } from '../src/contract';
import { arranged } from '../src/order';
import { parameter } from './fixtures';

function row(name: string, verdict: Verdict, relative_difference: number | null) {
  return parameter({ name, verdict, relative_difference });
}

const rows = [
  row('W10', 'pass', 1e-9),
  row('W2', 'fail', 0.3),
  row('b1', 'inconclusive', 0.4),
  row('W1', 'fail', null),
  row('b0', 'pass', 1e-6),
  row('a', 'fail', 0.9)
];
const names = (list: typeof rows | readonly (typeof rows)[number][]) => list.map(({ name }) => name);

test('as given leaves the order of the notebook', () => {
  expect(arranged(rows, 'given', false)).toEqual(rows);
});

test('worst first goes by verdict, then by difference; a gradient without one is the furthest off', () => {
  expect(names(arranged(rows, 'worst', false))).toEqual(['W1', 'a', 'W2', 'b1', 'b0', 'W10']);
});

test('by name counts as people do', () => {
  expect(names(arranged(rows, 'name', false))).toEqual(['a', 'b0', 'b1', 'W1', 'W2', 'W10']);
});

test('only failing leaves out those that are right, and nothing else', () => {
  expect(names(arranged(rows, 'given', true))).toEqual(['W2', 'b1', 'W1', 'a']);
});

test('rows that are alike stay as they were, and the report is not touched', () => {
  const before = names(rows);
  const alike = ['c', 'a', 'b'].map(name => row(name, 'fail', null));
  expect(names(arranged(alike, 'worst', false))).toEqual(['c', 'a', 'b']);
  arranged(rows, 'worst', false);
  arranged(rows, 'name', false);
  expect(names(rows)).toEqual(before);
});
