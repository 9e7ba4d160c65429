import {
  formatCount,
  formatDifference,
  formatEntry,
  formatExpected,
  formatIndex,
  formatRatio,
  formatSeconds,
  formatShape,
  formatTime,
  visible
} from '../src/format';

test.each([
  [0.2850931567761623, '2.85e-01'],
  [1.2e-11, '1.20e-11'],
  [1, '1.00e+00'],
  [3.1e-101, '3.10e-101'],
  [0, '0'],
  [null, 'n/a'],
  [NaN, 'n/a']
])('a relative difference of %p is written %p', (value, text) => {
  expect(formatDifference(value)).toBe(text);
});

test.each([
  [1.83245678, '1.832'],
  [-0.216, '-0.216'],
  [0, '0'],
  [1.3456e-4, '0.0001346'],
  [9.9e-5, '9.90e-05'],
  [1e-9, '1.00e-09'],
  [-123456789, '-1.23e+08'],
  [null, 'n/a']
])('an entry of %p is written %p', (value, text) => {
  expect(formatEntry(value)).toBe(text);
});

test('shapes and places', () => {
  expect(formatShape([3, 5])).toBe('3 × 5');
  expect(formatShape([5])).toBe('5');
  expect(formatShape([])).toBe('');
  expect(formatIndex([2, 0])).toBe('[2, 0]');
});

test.each([
  [0, '1 ms'],
  [0.012, '12 ms'],
  [0.9996, '1.0 s'],
  [1.25, '1.3 s'],
  [59.96, '1 min 0 s'],
  [125, '2 min 5 s']
])('%p seconds are written %p', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('what turns the direction of a text is made visible, and nothing else is touched', () => {
  expect(visible('a\u202eb\u2066c')).toBe('a⟨U+202E⟩b⟨U+2066⟩c');
  expect(visible('dW1 وزن\u200f 重み é')).toBe('dW1 وزن\u200f 重み é');
});

test.each([
  [0.2, '1 s'],
  [12.4, '12 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [3569, '59 min'],
  [3570, '1 h'],
  [5400, '1.5 h']
])('an expected %p s are written %p', (seconds, text) => {
  expect(formatExpected(seconds)).toBe(text);
});

test.each([
  [2, '2'],
  [-1, '-1'],
  [1 / 3, '0.333'],
  [0, '0'],
  [1234.5, '1230'],
  [123456, '1e+05'],
  [-1e-9, '-1e-09'],
  [null, ''],
  [Infinity, ''],
  [NaN, '']
])('a ratio of %p is written %p', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text);
});

test('counts are written as the kernel writes them', () => {
  expect([0, 999, 1000, 1e8].map(formatCount)).toEqual(['0', '999', '1,000', '100,000,000']);
});

test('a time of day is that of the person, and of what is none nothing is said', () => {
  expect(formatTime('2026-01-05T14:05:09')).toBe('14:05:09');
  expect(formatTime('2026-01-05T00:00:00')).toMatch(/^(00|24):00:00$/);
  expect(formatTime('yesterday')).toBe('');
});
