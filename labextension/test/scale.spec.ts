import { decades, differenceShare, logShare, strength } from '../src/scale';

test.each([
  [1, 1],
  [1e-8, 0.5],
  [1e-16, 0],
  [1e-30, 0],
  [0, 0],
  [7, 1]
])('a relative difference of %p fills %p of its bar', (difference, share) => {
  expect(differenceShare(difference)).toBeCloseTo(share, 12);
});

describe('the strength of an error', () => {
  test('is none up to the limit of what could be told', () => {
    expect(strength(0, 1e-9, 1)).toBe(0);
    expect(strength(1e-9, 1e-9, 1)).toBe(0);
    expect(strength(NaN, 1e-9, 1)).toBe(0);
    expect(strength(-1, 0, 1)).toBe(0);
  });

  test('can be seen as soon as it is above, and rises to the largest', () => {
    const errors = [1.1e-9, 1e-6, 1e-3, 1];
    const shown = errors.map(error => strength(error, 1e-9, 1));
    expect(shown[0]).toBeGreaterThanOrEqual(0.2);
    expect(shown[3]).toBe(1);
    expect([...shown].sort((one, other) => one - other)).toEqual(shown);
    // A thousandth beside 1 is as wrong.
    expect(shown[2]).toBeGreaterThan(0.5);
  });

  test('is full where all errors are alike, or nothing is known of a limit', () => {
    expect(strength(0.5, 0, 0.5)).toBe(1);
    expect(strength(2e-9, 1e-9, 1e-9)).toBe(1);
  });
});

describe('decades', () => {
  test('lie within their ends, which may be powers themselves', () => {
    expect(decades(1e-3, 1, 10)).toEqual([-3, -2, -1, 0]);
    expect(decades(2e-3, 0.5, 10)).toEqual([-2, -1]);
    expect(decades(2, 5, 10)).toEqual([]);
    expect(decades(1, 1, 5).map(power => `1e${power}`)).toEqual(['1e0']);
  });

  test('are no more than asked for, at steps of one length', () => {
    for (let low = -20; low <= 0; low++) {
      for (let high = low; high <= 5; high++) {
        for (const most of [1, 3, 5]) {
          const found = decades(10 ** low, 10 ** high, most);
          expect(found.length).toBeLessThanOrEqual(most);
          expect(found.every(power => power >= low && power <= high)).toBe(true);
          const steps = new Set(found.slice(1).map((power, at) => power - found[at]!));
          expect(steps.size).toBeLessThanOrEqual(1);
        }
      }
    }
  });
});

test('a value lies where its logarithm does', () => {
  expect(logShare(1e-8, 1e-8, 1)).toBe(0);
  expect(logShare(1e-4, 1e-8, 1)).toBeCloseTo(0.5, 12);
  expect(logShare(1, 1e-8, 1)).toBe(1);
  // A single step has no scale, and stands in the middle.
  expect(logShare(1e-4, 1e-4, 1e-4)).toBe(0.5);
});
