import { optionsOf } from '../src/options';

test('defaults are left out of a request', () => {
  expect(optionsOf({})).toBeUndefined();
  expect(optionsOf({ method: 'auto', backend: 'auto', epsilon: null, threshold: null })).toBeUndefined();
});

test('what differs is passed on', () => {
  expect(optionsOf({ method: 'central', backend: 'numpy', epsilon: 1e-7, threshold: 2e-7 })).toEqual({
    method: 'central',
    backend: 'numpy',
    epsilon: 1e-7,
    threshold: 2e-7
  });
});

test('what the contract would refuse is not', () => {
  expect(optionsOf({ method: 'guess', backend: 3, epsilon: 0, threshold: '1e-7' })).toBeUndefined();
});
