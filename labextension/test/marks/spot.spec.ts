import { nextSpot } from '../../src/marks/spot';

const spots = [
  { index: 1, line: 3 },
  { index: 1, line: 5 },
  { index: 4, line: 0 }
];

test.each([
  ['from above', { index: 0, line: 7 }, spots[0]],
  ['from a cell as a whole', { index: 1, line: -1 }, spots[0]],
  ['from one to the next', { index: 1, line: 3 }, spots[1]],
  ['into the next cell', { index: 1, line: 5 }, spots[2]],
  ['from the last to the first', { index: 4, line: 0 }, spots[0]]
])('the next spot: %s', (_, from, next) => {
  expect(nextSpot(spots, from)).toBe(next);
});

test('where there is none there is none', () => {
  expect(nextSpot([], { index: 0, line: 0 })).toBeNull();
});
