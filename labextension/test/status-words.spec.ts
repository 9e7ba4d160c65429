import { stateOf } from '../src/state';
import type { State } from '../src/state';
import { hasStatus, statusOf } from '../src/status-words';
import { check, failing, inconclusive, passing, trans } from './fixtures';

function done(report = passing, stale: Extract<State, { kind: 'done' }>['stale'] = null): State {
  return { kind: 'done', id: 'a', report, stale };
}

test.each<[string | null, State]>([
  ['Gradients: right', done()],
  ['Gradients: 2 wrong', done(failing)],
  // By the threshold, which counts for the report as a whole.
  ['Gradients: wrong', done({ ...passing, verdict: 'fail' })],
  ['Gradients: 1 undecided', done(inconclusive)],
  ['Gradients: check again', done(failing, 'restarted')],
  ['Gradients: check again', done(passing, 'redefined')],
  ['Checking gradients…', { kind: 'starting' }],
  ['Checking gradients…', stateOf(check({ status: 'queued' }))],
  ['Checking gradients…', stateOf(check({ status: 'running' }))],
  ['Checking gradients…', stateOf(check({ status: 'cancelling' }))],
  [null, { kind: 'no-notebook' }],
  [null, { kind: 'restoring' }],
  [null, { kind: 'idle' }],
  [null, { kind: 'lost', message: null }]
])('the status bar says %p', (text, state) => {
  expect(statusOf(state, trans)).toBe(text);
  expect(hasStatus(state)).toBe(text !== null);
});
