import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { optionsOf } from '../src/options';
import { good } from './fixtures';

interface Property {
  default: unknown;
  description: string;
}

/** What the settings editor starts from. */
const PROPERTIES = (
  JSON.parse(readFileSync(join(__dirname, '..', 'schema', 'plugin.json'), 'utf8')) as {
    properties: Record<string, Property>;
  }
).properties;
const DEFAULTS = Object.fromEntries(Object.entries(PROPERTIES).map(([name, property]) => [name, property.default]));

test('defaults are left out of a request', () => {
  expect(optionsOf({})).toBeUndefined();
  expect(optionsOf(DEFAULTS)).toBeUndefined();
});

test('what differs is passed on', () => {
  expect(optionsOf({ ...DEFAULTS, method: 'central', backend: 'numpy', epsilon: 1e-7, threshold: 2e-7 })).toEqual({
    method: 'central',
    backend: 'numpy',
    epsilon: 1e-7,
    threshold: 2e-7
  });
  const wider = { tolerance: 1e-6, strict: true, maxEvaluations: 2000, maxSeconds: 1.5, points: 0, lift: false };
  expect({ options: optionsOf({ ...DEFAULTS, ...wider }) }).toEqual(good('request.budget'));
});

test('what the contract would refuse is not', () => {
  expect(optionsOf({ method: 'guess', backend: 3, epsilon: 0, threshold: '1e-7' })).toBeUndefined();
  expect(optionsOf({ tolerance: 1, strict: 'yes', maxEvaluations: 1.5, maxSeconds: -1, points: 21, lift: 0 })).toBeUndefined();
  expect(optionsOf({ tolerance: 0, maxEvaluations: 0, maxSeconds: Infinity, points: -1 })).toBeUndefined();
});

test('every setting says in a sentence what it does', () => {
  expect(Object.keys(PROPERTIES).sort()).toEqual(
    ['method', 'backend', 'epsilon', 'threshold', 'tolerance', 'strict', 'maxEvaluations', 'maxSeconds', 'points', 'lift', 'marks', 'recheckOnRun'].sort()
  );
  for (const { description } of Object.values(PROPERTIES)) {
    expect(description).toMatch(/^[A-Z].{20,}\.$/);
  }
});
