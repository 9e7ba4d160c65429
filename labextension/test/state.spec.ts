import type { Check } from '../src/contract';
import { isAside, isUnderWay, problemState, stateOf } from '../src/state';
import { ambiguous, candidates, check, good, packageMissing } from './fixtures';

test.each([
  ['check.steps', true],
  ['check.plan_alone', true],
  ['check.failing', false],
  // A plan on the way to a verdict.
  ['check.planned', false],
  ['check.lost', false],
  ['check.queued', false]
])('%s makes no verdict: %p', (name, aside) => {
  expect(isAside(good<Check>(name))).toBe(aside);
});

test.each([
  ['check.failing', 'done', false],
  ['check.lost', 'lost', false],
  ['check.queued', 'queued', true],
  ['check.running', 'running', true],
  ['check.planned', 'running', true]
])('%s is shown as %s', (name, kind, underWay) => {
  const told = good<Check>(name);
  expect(stateOf(told).kind).toBe(kind);
  expect(isUnderWay(told)).toBe(underWay);
});

test('a problem is a question only where there is an answer to choose', () => {
  expect(problemState(ambiguous)).toEqual({ kind: 'choosing', candidates, notice: ambiguous.message });
  expect(problemState({ ...ambiguous, candidates: null }).kind).toBe('problem');
  expect(problemState({ ...packageMissing, candidates }, 'choose')).toMatchObject({ kind: 'problem', retry: 'choose' });
});

test('a check that ends with nothing is a problem', () => {
  expect(stateOf(check({ status: 'done' }))).toMatchObject({ kind: 'problem', problem: { code: 'no_report' } });
  expect(stateOf(check({ status: 'error' }))).toMatchObject({ kind: 'problem', problem: { code: 'no_report' } });
});
