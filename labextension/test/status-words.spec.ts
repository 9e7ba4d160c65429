import { GradcheckModel } from '../src/model';
import { stateOf } from '../src/state';
import type { State } from '../src/state';
import type { Newest } from '../src/status-words';
import { hasStatus, statusOf, told } from '../src/status-words';
import { FakeClient, KERNEL, candidates, check, failing, inconclusive, passing, target, trans } from './fixtures';

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
  const newest: Newest = state.kind === 'done' ? state : { report: passing, stale: null };
  expect(statusOf(state, newest, trans)).toBe(text);
  expect(hasStatus(state, newest)).toBe(text !== null);
});

test.each<[string | null, State]>([
  ['Gradients: right', { ...done(failing, 'redefined'), id: 'earlier' } as State],
  ['Gradients: right', { kind: 'looking' }],
  ['Gradients: right', { kind: 'choosing', candidates, notice: null }],
  // A check ended with a question: its answer is not there yet.
  [null, { kind: 'choosing', candidates, notice: 'Which?' }]
])('beside the newest report the status bar says %p of what is shown', (text, state) => {
  const newest: Newest = { report: passing, stale: null };
  expect(statusOf(state, newest, trans)).toBe(text);
  expect(hasStatus(state, newest)).toBe(text !== null);
  expect(told(state, newest)).toBe(text === null ? null : newest);
  expect(statusOf(state, null, trans)).toBeNull();
});

test('the newest report stays the newest while an earlier one is shown', async () => {
  const client = new FakeClient();
  const finished = (id: string, created: string) => check({ id, created, status: 'done', report: passing });
  client.startAnswers = [finished('one', '2026-01-05T10:00:01Z'), finished('two', '2026-01-05T10:00:02Z')];
  const model = new GradcheckModel(client);
  expect(model.newest).toBeNull();
  model.setTarget(target());
  await model.run();
  model.noteRedefinition(KERNEL);
  await model.run();
  model.recall('one');
  expect(model.state).toMatchObject({ kind: 'done', id: 'one', stale: 'redefined' });
  expect(model.newest).toMatchObject({ id: 'two', stale: null });
  await model.choose();
  expect(model.state.kind).toBe('choosing');
  expect(model.newest).toMatchObject({ id: 'two', stale: null });
  model.dispose();
});
