import { requestError } from '../src/api';
import type { Check, CheckEvent, CheckOptions, Plan, Report, StepStudy } from '../src/contract';
import type { Ended } from '../src/model';
import { GradcheckModel } from '../src/model';
import type { State } from '../src/state';
import {
  FakeClient,
  KERNEL,
  Later,
  OTHER,
  ambiguous,
  candidates,
  check,
  failing,
  good,
  layers,
  packageMissing,
  passing,
  several,
  target
} from './fixtures';

const done = check({ status: 'done', report: failing, progress: { done: 104, total: 104 } });

let client: FakeClient;
let model: GradcheckModel;
let seen: State['kind'][];

beforeEach(() => {
  jest.useFakeTimers();
  client = new FakeClient();
  model = new GradcheckModel(client);
  seen = [];
  model.stateChanged.connect(sender => {
    if (seen[seen.length - 1] !== sender.state.kind) {
      seen.push(sender.state.kind);
    }
  });
});

afterEach(() => {
  model.dispose();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** The panel of a notebook with an idle kernel, visible. */
async function open(kernelId = KERNEL): Promise<void> {
  model.setActive(true);
  model.setTarget(target(kernelId));
  await settle();
}

/** Let answers arrive, without time going by. */
async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

/** Let enough time go by for the next poll. */
async function poll(): Promise<void> {
  await jest.advanceTimersByTimeAsync(1000);
}

function event(fields: Partial<CheckEvent> = {}): CheckEvent {
  return { check_id: 'check-1', kernel_id: KERNEL, status: 'running', done: 0, total: 104, ...fields };
}

function refused(status: number, code: string, message = 'No.'): Error {
  return requestError(status, { code, message, reason: null });
}

describe('which notebook', () => {
  test('none is open', () => {
    expect(model.state).toEqual({ kind: 'no-notebook' });
    expect(model.notebook).toBeNull();
  });

  test('one without a kernel', () => {
    model.setActive(true);
    model.setTarget({ kind: 'no-kernel', notebook: 'a.ipynb', why: 'none' });
    expect(model.state).toEqual({ kind: 'no-kernel', why: 'none' });
    expect(model.notebook).toBe('a.ipynb');
    expect(client.calls).toEqual([]);
  });

  test('a hidden panel asks the server nothing until it is shown', async () => {
    model.setTarget(target());
    await settle();
    expect(client.calls).toEqual([]);
    model.setActive(true);
    await settle();
    expect(client.calls).toEqual(['health', `list ${KERNEL}`]);
    expect(model.state.kind).toBe('idle');
  });

  test('the newest check of its kernel is shown again', async () => {
    client.listAnswers = [[done, check({ id: 'older' })]];
    await open();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-1', stale: null });
    expect(client.calls).not.toContain('get check-1');
  });

  test('a report that the list leaves out is fetched', async () => {
    client.listAnswers = [[{ ...done, report: null }]];
    client.getAnswers = [done];
    await open();
    expect(model.state).toMatchObject({ kind: 'done', report: failing });
  });

  test('a check under way is followed again', async () => {
    client.listAnswers = [[check({ status: 'running', progress: { done: 3, total: 9 } })]];
    client.getAnswers = [done];
    await open();
    expect(model.state).toMatchObject({ kind: 'running', done: 3, total: 9 });
    await poll();
    expect(model.state.kind).toBe('done');
  });

  test('renaming the notebook keeps what is shown', async () => {
    client.listAnswers = [[done]];
    await open();
    model.setTarget(target(KERNEL, 'renamed.ipynb'));
    expect(model.notebook).toBe('renamed.ipynb');
    expect(model.state.kind).toBe('done');
  });

  test('a server without our extension is told of, and can be tried again', async () => {
    client.healthAnswers = [requestError(404, null), { version: '0.1.0', api: 1 }];
    await open();
    expect(model.state).toMatchObject({ kind: 'problem', problem: { code: 'server_extension_missing' } });
    await model.retry();
    expect(model.state.kind).toBe('idle');
  });

  test('a server of another version is told of', async () => {
    client.healthAnswers = [{ version: '9.0.0', api: 2 }];
    await open();
    expect(model.skewed).toBe(true);
  });
});

describe('a check', () => {
  test('goes from start over queue and run to its report', async () => {
    client.getAnswers = [
      check(),
      check({ status: 'running', progress: { done: 10, total: 104 } }),
      check({ status: 'running', progress: { done: 80, total: 104 } }),
      done
    ];
    await open();
    void model.run();
    await settle();
    for (let i = 0; i < 4; i++) {
      await poll();
    }
    expect(seen).toEqual(['restoring', 'idle', 'starting', 'queued', 'running', 'done']);
    expect(model.state).toEqual({ kind: 'done', id: 'check-1', report: failing, stale: null });
    expect(client.requests).toEqual([{}]);
  });

  test('is asked after soon at first, then once a second, then no more', async () => {
    await open();
    void model.run();
    await settle();
    const gets = () => client.calls.filter(call => call === 'get check-1').length;
    await jest.advanceTimersByTimeAsync(150);
    expect(gets()).toBe(1);
    await jest.advanceTimersByTimeAsync(10_000);
    const some = gets();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(gets() - some).toBe(10);
    client.getAnswers = [done];
    await poll();
    const all = gets();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(gets()).toBe(all);
  });

  test('takes the settings of the moment', async () => {
    const options = { method: 'central' as const };
    model = new GradcheckModel(client, () => options);
    client.startAnswers = [done];
    await open();
    await model.run();
    expect(client.requests).toEqual([{ options }]);
  });

  test('is not asked for twice', async () => {
    await open();
    void model.run();
    void model.run();
    await settle();
    await model.run();
    expect(client.calls.filter(call => call.startsWith('start'))).toHaveLength(1);
  });

  test('is not asked for without a kernel', async () => {
    await model.run();
    await model.choose();
    expect(client.calls).toEqual([]);
  });

  test('that another tab has started is followed instead of refused (409)', async () => {
    client.startAnswers = [refused(409, 'check_active')];
    await open();
    client.listAnswers = [[check({ id: 'theirs', status: 'running' })]];
    client.getAnswers = [{ ...done, id: 'theirs' }];
    void model.run();
    await settle();
    expect(model.state).toMatchObject({ kind: 'running', id: 'theirs' });
    await poll();
    expect(model.state).toMatchObject({ kind: 'done', id: 'theirs' });
  });

  test('that is refused for another conflict says so', async () => {
    client.startAnswers = [refused(409, 'kernel_restarting', 'The kernel is restarting.')];
    await open();
    await model.run();
    expect(model.state).toMatchObject({ kind: 'problem', retry: 'run', problem: { code: 'kernel_restarting' } });
  });

  test.each(['aborted', 'lost', 'cancelled'] as const)('may end as %s', async status => {
    const error = { code: status, message: 'Because.', reason: null };
    client.startAnswers = [check({ status, error })];
    await open();
    await model.run();
    expect(model.state).toEqual({ kind: status, message: 'Because.' });
  });

  test('may find the package missing in the kernel, and be tried again', async () => {
    client.startAnswers = [check({ status: 'error', error: packageMissing }), done];
    await open();
    await model.run();
    expect(model.state).toEqual({ kind: 'problem', problem: packageMissing, retry: 'run' });
    await model.retry();
    expect(model.state.kind).toBe('done');
  });

  test('that ends without report or error is a problem too', async () => {
    client.startAnswers = [check({ status: 'done' })];
    await open();
    await model.run();
    expect(model.state).toMatchObject({ kind: 'problem', problem: { code: 'no_report' } });
  });

  test('survives an unreachable server for a while', async () => {
    client.getAnswers = [refused(503, 'busy'), refused(502, 'bad_gateway'), done];
    await open();
    void model.run();
    await settle();
    await poll();
    expect(model.state.kind).toBe('queued');
    await poll();
    await poll();
    expect(model.state.kind).toBe('done');
  });

  test('is given up when the server stays away, and found again on retry', async () => {
    client.getAnswers = [refused(503, 'busy')];
    await open();
    void model.run();
    await settle();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(model.state).toMatchObject({ kind: 'problem', retry: 'restore' });
    client.listAnswers = [[done]];
    await model.retry();
    expect(model.state.kind).toBe('done');
  });

  test('that the server has forgotten is given up at once', async () => {
    client.getAnswers = [refused(404, 'unknown_check')];
    await open();
    void model.run();
    await settle();
    await poll();
    expect(model.state).toMatchObject({ kind: 'problem', problem: { code: 'unknown_check' } });
  });
});

describe('late answers', () => {
  test('of the request for another kernel are dropped', async () => {
    const late = new Later<Check>();
    client.startAnswers = [late.promise];
    await open();
    void model.run();
    await settle();
    model.setTarget(target(OTHER));
    await settle();
    late.resolve(done);
    await settle();
    expect(model.state).toEqual({ kind: 'idle' });
  });

  test('of a poll for another kernel are dropped, and polling stops', async () => {
    const late = new Later<Check>();
    client.getAnswers = [late.promise];
    await open();
    void model.run();
    await settle();
    await poll();
    model.setTarget(target(OTHER));
    await settle();
    late.resolve(done);
    await poll();
    expect(model.state).toEqual({ kind: 'idle' });
    expect(client.calls.filter(call => call === 'get check-1')).toHaveLength(1);
  });

  test('of the greeting are not followed by more questions', async () => {
    const late = new Later<{ version: string; api: number }>();
    client.healthAnswers = [late.promise];
    client.startAnswers = [done];
    await open();
    await model.run();
    late.resolve({ version: '0.1.0', api: 1 });
    await settle();
    expect(client.calls).toEqual(['health', `start ${KERNEL}`]);
    expect(model.state.kind).toBe('done');
  });

  test('of looking for the newest check do not cover a new one', async () => {
    const late = new Later<Check[]>();
    client.listAnswers = [late.promise];
    client.startAnswers = [check({ id: 'check-2', status: 'running' })];
    await open();
    void model.run();
    await settle();
    late.resolve([done]);
    await settle();
    expect(model.state).toMatchObject({ kind: 'running', id: 'check-2' });
  });

  test('that fail are dropped as well', async () => {
    const late = new Later<Check>();
    client.startAnswers = [late.promise];
    await open();
    void model.run();
    await settle();
    model.setTarget({ kind: 'no-notebook' });
    late.reject(refused(500, 'internal_error'));
    await settle();
    expect(model.state).toEqual({ kind: 'no-notebook' });
  });

  test('coming back to a notebook shows its check again', async () => {
    client.startAnswers = [done];
    await open();
    await model.run();
    model.setTarget(target(OTHER));
    await settle();
    expect(model.state.kind).toBe('idle');
    client.listAnswers = [[done]];
    model.setTarget(target());
    await settle();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-1' });
  });
});

describe('stopping', () => {
  test('shows at once that it is under way, and then that it is done', async () => {
    client.getAnswers = [check({ status: 'running' }), check({ status: 'cancelled' })];
    await open();
    void model.run();
    await settle();
    void model.cancel();
    expect(model.state.kind).toBe('cancelling');
    await settle();
    // The server had not yet said so: no step back to running.
    expect(model.state.kind).toBe('cancelling');
    await poll();
    expect(model.state).toEqual({ kind: 'cancelled', message: null });
    expect(client.calls).toContain('cancel check-1');
  });

  test('that fails is told of and can be repeated', async () => {
    client.getAnswers = [check({ status: 'running' })];
    client.cancelAnswers = [refused(500, 'internal_error', 'It broke.'), undefined];
    await open();
    void model.run();
    await settle();
    await model.cancel();
    await poll();
    expect(model.state).toMatchObject({ kind: 'cancelling', note: 'It broke.' });
    await model.cancel();
    expect(model.state).toMatchObject({ kind: 'cancelling', note: null });
  });

  test('a kernel that goes on is told of by the server', async () => {
    const error = { code: 'kernel_stuck', message: 'It goes on.', reason: null };
    client.startAnswers = [check({ status: 'cancelling', error })];
    await open();
    void model.run();
    await settle();
    expect(model.state).toMatchObject({ kind: 'cancelling', note: 'It goes on.' });
  });

  test('nothing stops nothing', async () => {
    await open();
    await model.cancel();
    expect(client.calls).not.toContain('cancel check-1');
  });
});

describe('choosing', () => {
  test('is asked for where the kernel cannot decide', async () => {
    client.startAnswers = [check({ status: 'error', error: ambiguous }), done];
    await open();
    await model.run();
    expect(model.state).toEqual({ kind: 'choosing', candidates, notice: 'Which?' });
    expect(model.preset).toEqual(candidates.guess);
    await model.run({ forward: 'f', parameters: 'weights' });
    expect(client.requests[1]).toEqual({ forward: 'f', parameters: 'weights' });
    expect(model.state.kind).toBe('done');
  });

  test('is asked for where several things stand side by side; all of them stands for the next check too', async () => {
    client.startAnswers = [check({ status: 'error', error: several }), done];
    await open();
    await model.run();
    expect(model.state).toEqual({ kind: 'choosing', candidates: layers, notice: several.message });
    await model.run({ all: true });
    await model.run();
    expect(client.requests).toEqual([{}, { all: true }, { all: true }]);
  });

  test('starts from the guess where all were checked, without parameters that are no variable', async () => {
    client.startAnswers = [done];
    client.probeAnswers = [layers];
    await open();
    await model.run({ all: true });
    await model.choose();
    expect(model.preset).toEqual({ ...layers.guess, parameters: null });
  });

  test.each(['ambiguous', 'several', 'unbound_argument'])('needs something to choose from (%s)', async code => {
    const problem = { code, message: 'Which?', reason: null };
    client.startAnswers = [
      check({ status: 'error', error: { ...problem, candidates } }),
      check({ status: 'error', error: problem })
    ];
    await open();
    await model.run();
    expect(model.state.kind).toBe('choosing');
    await model.run();
    expect(model.state).toEqual({ kind: 'problem', problem, retry: 'run' });
  });

  test('also where the request itself is refused', async () => {
    client.startAnswers = [requestError(422, ambiguous)];
    await open();
    await model.run();
    expect(model.state.kind).toBe('choosing');
  });

  test('is offered on request, and left for what was shown before', async () => {
    client.listAnswers = [[done]];
    await open();
    await model.choose();
    expect(client.calls).toContain(`probe ${KERNEL}`);
    expect(model.state).toEqual({ kind: 'choosing', candidates, notice: null });
    model.back();
    expect(model.state.kind).toBe('done');
  });

  test('a choice stands for the next check of this kernel, not of another', async () => {
    client.startAnswers = [done];
    await open();
    await model.run({ forward: 'f' });
    await model.run();
    model.setTarget(target(OTHER));
    await settle();
    await model.run();
    expect(client.requests).toEqual([{ forward: 'f' }, { forward: 'f' }, {}]);
    model.setTarget(target());
    await settle();
    expect(model.preset).toEqual({ forward: 'f', backward: null, parameters: null, data: [] });
  });

  test('finds nothing to choose from', async () => {
    client.probeAnswers = [{ ...candidates, functions: [], parameters: [], guess: null, reason: 'Nothing there.' }];
    await open();
    await model.choose();
    expect(model.state).toMatchObject({ kind: 'problem', problem: { code: 'nothing_found', message: 'Nothing there.' } });
  });

  test('fails, and is what a retry repeats', async () => {
    client.probeAnswers = [refused(503, 'kernel_busy'), candidates];
    await open();
    await model.choose();
    expect(model.state).toMatchObject({ kind: 'problem', retry: 'choose' });
    await model.retry();
    expect(model.state.kind).toBe('choosing');
  });

  test('can be left while the kernel is asked', async () => {
    const late = new Later<typeof candidates>();
    client.probeAnswers = [late.promise];
    await open();
    void model.choose();
    await settle();
    expect(model.state.kind).toBe('looking');
    model.back();
    late.resolve(candidates);
    await settle();
    expect(model.state.kind).toBe('idle');
  });
});

describe('events', () => {
  test('move the progress without a poll, never backwards', async () => {
    client.startAnswers = [check({ status: 'running' })];
    await open();
    void model.run();
    await settle();
    model.handleEvent(event({ done: 50 }));
    expect(model.state).toMatchObject({ done: 50, total: 104 });
    model.handleEvent(event({ done: 40, total: 0 }));
    expect(model.state).toMatchObject({ done: 50 });
    expect(client.calls).not.toContain('get check-1');
  });

  test('leave the plan that was told', async () => {
    const { plan } = good<Required<Check>>('check.planned');
    client.startAnswers = [check({ status: 'running' })];
    client.getAnswers = [check({ status: 'running', plan }), check({ status: 'running' })];
    await open();
    void model.run();
    await settle();
    expect(model.state).toMatchObject({ plan: null });
    await poll();
    expect(model.state).toMatchObject({ plan });
    model.handleEvent(event({ done: 50 }));
    expect(model.state).toMatchObject({ done: 50, plan });
    await poll();
    expect(model.state).toMatchObject({ done: 50, plan });
    await model.cancel();
    expect(model.state).toMatchObject({ kind: 'cancelling', plan });
  });

  test('of an end fetch the report at once', async () => {
    client.startAnswers = [check({ status: 'running' })];
    client.getAnswers = [done];
    await open();
    void model.run();
    await settle();
    model.handleEvent(event({ status: 'done' }));
    await settle();
    expect(model.state.kind).toBe('done');
  });

  test('of other kernels and other checks change nothing', async () => {
    client.startAnswers = [check({ status: 'running' })];
    await open();
    void model.run();
    await settle();
    model.handleEvent(event({ kernel_id: OTHER, done: 50 }));
    model.handleEvent(event({ check_id: 'check-9', done: 50 }));
    expect(model.state).toMatchObject({ done: 0 });
  });

  test('of a check that began elsewhere bring it into view', async () => {
    await open();
    client.listAnswers = [[check({ id: 'theirs', status: 'running' })]];
    model.handleEvent(event({ check_id: 'theirs', status: 'queued' }));
    await settle();
    expect(model.state).toMatchObject({ kind: 'running', id: 'theirs' });
  });

  test('that come late after the end change nothing', async () => {
    client.startAnswers = [done];
    await open();
    await model.run();
    const calls = client.calls.length;
    model.handleEvent(event({ done: 104 }));
    await settle();
    expect(client.calls).toHaveLength(calls);
    expect(model.state.kind).toBe('done');
  });
});

describe('a restart of the kernel', () => {
  test('makes the report one of before, and starts nothing', async () => {
    client.startAnswers = [done];
    await open();
    await model.run();
    const calls = client.calls.length;
    model.noteRestart(KERNEL);
    await settle();
    expect(model.state).toMatchObject({ kind: 'done', stale: 'restarted' });
    expect(client.calls).toHaveLength(calls);
  });

  test('is remembered when the notebook is shown again; a new check is not of before', async () => {
    client.startAnswers = [done, { ...done, id: 'check-2', report: passing }];
    await open();
    await model.run();
    model.setTarget(target(OTHER));
    await settle();
    model.noteRestart(KERNEL);
    client.listAnswers = [[done]];
    model.setTarget(target());
    await settle();
    expect(model.state).toMatchObject({ kind: 'done', stale: 'restarted' });
    await model.run();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-2', stale: null });
  });

  test('while a check runs asks the server what became of it', async () => {
    client.startAnswers = [check({ status: 'running' })];
    client.getAnswers = [check({ status: 'lost' })];
    await open();
    void model.run();
    await settle();
    model.noteRestart(KERNEL);
    await settle();
    expect(model.state.kind).toBe('lost');
  });
});

test('how the rows are arranged is kept for each kernel, through checks', async () => {
  client.startAnswers = [done];
  await open();
  const arrangement = { order: 'worst' as const, doubtful: true, opened: new Set(['W2']) };
  model.arrange(arrangement);
  await model.run();
  expect(model.arrangement).toBe(arrangement);
  model.setTarget(target(OTHER));
  await settle();
  expect(model.arrangement.opened.size).toBe(0);
  model.setTarget({ kind: 'no-notebook' });
  model.arrange(arrangement);
  model.setTarget(target());
  await settle();
  expect(model.arrangement).toBe(arrangement);
});

describe('a function that is defined anew', () => {
  const last: Check[] = [
    check({ id: 'check-2', status: 'aborted' }),
    check({ id: 'check-2', status: 'cancelled' }),
    check({ id: 'check-2', status: 'lost' }),
    check({ id: 'check-2', status: 'error', error: packageMissing })
  ];

  test.each(last)('is checked again after a check that ended as $status', async ended => {
    client.startAnswers = [done, ended, finished(3)];
    await open();
    await model.run();
    await model.run();
    expect(model.state.kind).not.toBe('done');
    await model.recheck(KERNEL);
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-3' });
  });

  test('is not checked while nobody has asked for a first check, or while the person chooses', async () => {
    await open();
    await model.recheck(KERNEL);
    await model.choose();
    await model.recheck(KERNEL);
    expect(client.requests).toEqual([]);
  });

  test.each(['aborted', 'cancelled'] as const)('a restart ends what a check said that was %s', async status => {
    client.startAnswers = [check({ status }), done, check({ id: 'check-2', status })];
    await open();
    await model.run();
    model.noteRestart(KERNEL);
    expect(model.state).toEqual({ kind: 'idle' });
    await model.run();
    await model.run();
    expect(model.state.kind).toBe(status);
    model.noteRestart(KERNEL);
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-1', stale: 'restarted' });
  });
});

/** A finished check with a report, the later the higher its number. */
function finished(number: number, report: Report = passing, fields: Partial<Check> = {}): Check {
  return check({
    id: `check-${number}`,
    status: 'done',
    report,
    created: `2026-01-05T10:00:0${number}.000+00:00`,
    ...fields
  });
}

const ids = () => model.history.map(({ id }) => id);

describe('the history', () => {
  test('has the checks of this kernel that made a report, newest first', async () => {
    client.startAnswers = [finished(1), check({ id: 'check-2', status: 'cancelled' }), finished(3, failing)];
    await open();
    expect(model.history).toEqual([]);
    await model.run();
    await model.run();
    await model.run();
    expect(ids()).toEqual(['check-3', 'check-1']);
    expect(model.history[0]!.report).toBe(failing);
    model.setTarget(target(OTHER));
    await settle();
    expect(model.history).toEqual([]);
    model.setTarget({ kind: 'no-notebook' });
    expect(model.history).toEqual([]);
  });

  test('has when a check ended, where that is told', async () => {
    client.startAnswers = [finished(1), finished(2, passing, { ended: '2026-01-05T10:00:09.000+00:00' })];
    await open();
    await model.run();
    await model.run();
    expect(model.history.map(({ at }) => at)).toEqual(['2026-01-05T10:00:09.000+00:00', '2026-01-05T10:00:01.000+00:00']);
  });

  test('leads back to an earlier check, which is not checked anew', async () => {
    client.startAnswers = [finished(1, failing), finished(2)];
    await open();
    await model.run();
    await model.run();
    const calls = client.calls.length;
    model.recall('check-1');
    expect(model.state).toEqual({ kind: 'done', id: 'check-1', report: failing, stale: null });
    expect(ids()).toEqual(['check-2', 'check-1']);
    model.recall('check-2');
    expect(model.state).toMatchObject({ id: 'check-2' });
    model.recall('unknown');
    expect(model.state).toMatchObject({ id: 'check-2' });
    await settle();
    expect(client.calls).toHaveLength(calls);
  });

  test('does not cover a check that is under way', async () => {
    client.startAnswers = [finished(1), check({ id: 'check-2', status: 'running' })];
    await open();
    await model.run();
    void model.run();
    await settle();
    model.recall('check-1');
    expect(model.state).toMatchObject({ kind: 'running', id: 'check-2' });
  });

  test('of before this page was opened is learnt of when somebody asks', async () => {
    client.listAnswers = [[finished(3)]];
    await open();
    expect(ids()).toEqual(['check-3']);
    // The list leaves reports out.
    client.listAnswers = [
      [
        { ...finished(3), report: null },
        check({ id: 'check-2', status: 'cancelled' }),
        { ...finished(1), report: null },
        { ...finished(0), report: null }
      ]
    ];
    client.getAnswers = [finished(1, failing), check({ id: 'check-0', status: 'done', report: null, plan: good<Required<Check>>('check.planned').plan })];
    await model.loadHistory();
    expect(client.calls.filter(call => call.startsWith('get'))).toEqual(['get check-1', 'get check-0']);
    expect(ids()).toEqual(['check-3', 'check-1']);
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-3' });
    model.recall('check-1');
    expect(model.state).toMatchObject({ report: failing });
  });

  test('that the server does not tell is no problem of what is shown', async () => {
    client.listAnswers = [[finished(1)]];
    await open();
    client.listAnswers = [refused(503, 'busy')];
    await model.loadHistory();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-1' });
    client.listAnswers = [[{ ...finished(0), report: null }]];
    client.getAnswers = [refused(404, 'unknown_check')];
    await model.loadHistory();
    expect(ids()).toEqual(['check-1']);
    model.setTarget({ kind: 'no-notebook' });
    const calls = client.calls.length;
    await model.loadHistory();
    expect(client.calls).toHaveLength(calls);
  });

  test('shows what could be learnt, where the server has forgotten the rest', async () => {
    await open();
    client.listAnswers = [[2, 1].map(number => ({ ...finished(number), report: null }))];
    client.getAnswers = [finished(2), refused(404, 'unknown_check')];
    let told: string[] = [];
    model.stateChanged.connect(() => {
      told = ids();
    });
    await model.loadHistory();
    expect(told).toEqual(['check-2']);
  });

  test('does not grow without end', async () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      finished(1, passing, { id: `many-${at}`, created: `2026-01-05T10:00:${10 + at}Z` })
    );
    client.startAnswers = [...many];
    await open();
    for (const _ of many) {
      await model.run();
    }
    expect(ids()).toHaveLength(20);
    expect(ids()[0]).toBe('many-29');
  });
});

describe('the newest report of a kernel', () => {
  let changed: string[];

  beforeEach(() => {
    changed = [];
    model.reportChanged.connect((_, kernelId) => changed.push(kernelId));
  });

  test('is told with whether it holds, whichever notebook is current', async () => {
    client.startAnswers = [finished(1, failing)];
    await open();
    expect(model.reportOf(KERNEL)).toBeNull();
    await model.run();
    expect(model.reportOf(KERNEL)).toEqual({ id: 'check-1', report: failing, stale: null });
    expect(changed).toEqual([KERNEL]);
    model.setTarget(target(OTHER));
    await settle();
    expect(model.reportOf(KERNEL)).toMatchObject({ id: 'check-1' });
    expect(model.reportOf(OTHER)).toBeNull();
    model.noteRestart(KERNEL);
    expect(model.reportOf(KERNEL)).toMatchObject({ stale: 'restarted' });
    expect(changed).toEqual([KERNEL, KERNEL]);
  });

  test('is not the one that was gone back to', async () => {
    client.startAnswers = [finished(1, failing), finished(2)];
    await open();
    await model.run();
    await model.run();
    model.recall('check-1');
    expect(model.reportOf(KERNEL)).toMatchObject({ id: 'check-2' });
  });

  test('no longer holds when its functions are defined anew, until it is checked again', async () => {
    client.startAnswers = [finished(1, failing), finished(2)];
    await open();
    await model.run();
    model.noteRedefinition(KERNEL);
    expect(model.state).toMatchObject({ kind: 'done', stale: 'redefined' });
    expect(model.reportOf(KERNEL)).toMatchObject({ stale: 'redefined' });
    await model.run();
    expect(model.state).toMatchObject({ id: 'check-2', stale: null });
    model.recall('check-1');
    expect(model.state).toMatchObject({ id: 'check-1', stale: 'redefined' });
  });

  test('of before a restart is not merely of other functions', async () => {
    client.startAnswers = [finished(1)];
    await open();
    await model.run();
    model.noteRedefinition(KERNEL);
    model.noteRestart(KERNEL);
    expect(model.state).toMatchObject({ stale: 'restarted' });
    model.noteRedefinition(KERNEL);
    expect(model.state).toMatchObject({ stale: 'restarted' });
  });

  test('of another kernel is not concerned', async () => {
    client.startAnswers = [finished(1)];
    await open();
    await model.run();
    model.noteRedefinition(OTHER);
    expect(model.state).toMatchObject({ stale: null });
    expect(model.reportOf(KERNEL)).toMatchObject({ stale: null });
  });

  test('is checked again by itself only where it is shown', async () => {
    client.startAnswers = [finished(1), finished(2)];
    await open();
    await model.recheck(KERNEL);
    expect(client.requests).toHaveLength(0);
    await model.run({ forward: 'f' }, { method: 'central' });
    await model.recheck(OTHER);
    expect(client.requests).toHaveLength(1);
    await model.recheck(KERNEL);
    expect(client.requests[1]).toEqual({ forward: 'f', options: { method: 'central' } });
    expect(model.state).toMatchObject({ id: 'check-2' });
  });
});

describe('options', () => {
  const settings: CheckOptions = { method: 'central' };

  beforeEach(() => {
    model = new GradcheckModel(client, () => settings);
    client.startAnswers = [finished(1)];
  });

  test('are those of the settings until others are chosen', async () => {
    await open();
    expect(model.options).toEqual(settings);
    await model.run({ forward: 'f' });
    await model.run({ forward: 'f' }, { epsilon: 1e-7 });
    await model.run();
    expect(client.requests.map(({ options }) => options)).toEqual([settings, { epsilon: 1e-7 }, { epsilon: 1e-7 }]);
    expect(model.options).toEqual({ epsilon: 1e-7 });
  });

  test('that were chosen are those of this kernel, not of another', async () => {
    await open();
    await model.run(undefined, { epsilon: 1e-7 });
    model.setTarget(target(OTHER));
    await settle();
    expect(model.options).toEqual(settings);
    await model.run();
    expect(client.requests[1]).toEqual({ options: settings });
    model.setTarget(target());
    await settle();
    expect(model.options).toEqual({ epsilon: 1e-7 });
  });

  test('may be chosen to be none, against the settings', async () => {
    await open();
    await model.run({}, {});
    expect(client.requests).toEqual([{}]);
    expect(model.options).toEqual({});
  });
});

describe('a check that ends while another notebook is current', () => {
  let ended: Ended[];

  beforeEach(async () => {
    ended = [];
    model.ended.connect((_, one) => ended.push(one));
    client.startAnswers = [check({ status: 'running' })];
    await open();
    void model.run();
    await settle();
    model.setTarget(target(OTHER, 'other.ipynb'));
    await settle();
  });

  test('is told of once, with the notebook that it belongs to', async () => {
    client.getAnswers = [finished(1, failing)];
    model.handleEvent(event({ done: 50 }));
    model.handleEvent(event({ status: 'cancelling' }));
    await settle();
    expect(ended).toEqual([]);
    model.handleEvent(event({ status: 'done' }));
    model.handleEvent(event({ status: 'done' }));
    await settle();
    model.handleEvent(event({ status: 'done' }));
    await settle();
    expect(ended).toEqual([{ kernelId: KERNEL, notebook: 'network.ipynb', check: finished(1, failing) }]);
    expect(model.state).toEqual({ kind: 'idle' });
    // And is there when its notebook is current again.
    expect(model.reportOf(KERNEL)).toMatchObject({ id: 'check-1', report: failing });
  });

  test('is told of where it failed', async () => {
    client.getAnswers = [check({ status: 'error', error: packageMissing })];
    model.handleEvent(event({ status: 'error' }));
    await settle();
    expect(ended.map(({ check: { status } }) => status)).toEqual(['error']);
    expect(model.reportOf(KERNEL)).toBeNull();
  });

  test('is not told of where the person has ended it', async () => {
    client.getAnswers = [check({ status: 'cancelled' })];
    model.handleEvent(event({ status: 'cancelled' }));
    await settle();
    expect(ended).toEqual([]);
  });

  test('is not told of where it was asked for elsewhere', async () => {
    model.handleEvent(event({ check_id: 'theirs', status: 'done' }));
    await settle();
    expect(ended).toEqual([]);
    expect(client.calls).not.toContain('get theirs');
  });

  test('is not told of where its notebook was current in time', async () => {
    client.listAnswers = [[finished(1)]];
    model.setTarget(target());
    await settle();
    expect(model.state.kind).toBe('done');
    model.setTarget(target(OTHER));
    await settle();
    model.handleEvent(event({ status: 'done' }));
    await settle();
    expect(ended).toEqual([]);
  });

  test('is told of by its notebook where the server does not', async () => {
    client.getAnswers = [refused(503, 'busy')];
    model.handleEvent(event({ status: 'done' }));
    await settle();
    expect(ended).toEqual([]);
  });
});

test('a check belongs to the notebook that it was asked for in, however late the server answers', async () => {
  const ended: Ended[] = [];
  model.ended.connect((_, one) => ended.push(one));
  const late = new Later<Check>();
  client.startAnswers = [late.promise];
  await open();
  void model.run();
  await settle();
  model.setTarget(target(OTHER, 'other.ipynb'));
  await settle();
  late.resolve(check({ status: 'running' }));
  await settle();
  client.getAnswers = [finished(1)];
  model.handleEvent(event({ status: 'done' }));
  await settle();
  expect(ended.map(({ notebook }) => notebook)).toEqual(['network.ipynb']);
});

const steps: StepStudy = {
  version: 1,
  parameter: 'W2',
  gradient: 'dW2',
  index: [2, 0],
  derivative: 0.5,
  error_bound: 1e-10,
  analytic: 1,
  series: [{ precision: 'float64', noise: 1e-16, chosen: 1e-5, epsilon: [1e-6, 1e-5], error: [1e-9, 1e-10] }],
  evaluations: 60,
  elapsed_seconds: 0.1,
  message: 'The error is least near 1e-5.'
};
const plan: Plan = { kind: 'every-entry', evaluations: 200, seconds: 3, message: 'About 200 evaluations.' };

/** What the server answers about a study or a plan. */
function aside(fields: Partial<Check> = {}): Check {
  return check({ id: 'aside-1', ...fields });
}

/** How often the server was asked so. */
function asked(call: string): number {
  return client.calls.filter(one => one === call).length;
}

describe('a study of step sizes', () => {
  const shown = { kind: 'done', id: 'check-1', report: failing, stale: null };

  beforeEach(async () => {
    client.startAnswers = [finished(1, failing), aside()];
    client.getAnswers = [aside({ status: 'running' }), aside({ status: 'done', steps })];
    await open();
    await model.run({ forward: 'f' }, { method: 'central' });
  });

  test('is asked for beside the report, which stays', async () => {
    void model.study('W2');
    expect(model.studies).toEqual({ W2: { kind: 'running' } });
    await settle();
    expect(client.requests[1]).toEqual({ forward: 'f', options: { method: 'central' }, steps: 'W2' });
    await poll();
    await poll();
    expect(model.studies).toEqual({ W2: { kind: 'ready', steps } });
    expect(model.state).toEqual(shown);
    expect(ids()).toEqual(['check-1']);
    expect(seen.slice(-2)).toEqual(['starting', 'done']);
  });

  test('tells the panel each time that it has changed', async () => {
    const told: (string | undefined)[] = [];
    model.stateChanged.connect(() => told.push(model.studies['W2']?.kind));
    void model.study('W2');
    await poll();
    await poll();
    expect(told[0]).toBe('running');
    expect(told[told.length - 1]).toBe('ready');
  });

  test('belongs to the report that it was asked for', async () => {
    void model.study('W2');
    await poll();
    await poll();
    client.startAnswers = [finished(2)];
    await model.run();
    expect(model.studies).toEqual({});
    model.recall('check-1');
    expect(model.studies).toEqual({ W2: { kind: 'ready', steps } });
  });

  test('that is refused, fails or is lost says why, and can be repeated', async () => {
    const error = { code: 'kernel_restarted', message: 'The kernel restarted.', reason: null };
    client.startAnswers = [refused(409, 'check_active', 'A check is under way.'), aside({ status: 'lost', error }), aside({ status: 'lost' })];
    await model.study('W2');
    expect(model.studies['W2']).toEqual({ kind: 'failed', message: 'A check is under way.' });
    await model.study('W2');
    expect(model.studies['W2']).toEqual({ kind: 'failed', message: 'The kernel restarted.' });
    await model.study('W2');
    expect(model.studies['W2']).toEqual({ kind: 'failed', message: 'The kernel did not answer.' });
    client.startAnswers = [aside({ status: 'done', steps })];
    await model.study('W2');
    expect(model.studies['W2']!.kind).toBe('ready');
    expect(model.state).toEqual(shown);
  });

  test('whose poll fails says so', async () => {
    client.getAnswers = [refused(500, 'internal_error', 'It broke.')];
    void model.study('W2');
    await poll();
    expect(model.studies['W2']).toEqual({ kind: 'failed', message: 'It broke.' });
  });

  test('of another parameter waits for its turn; the same is not asked for twice', async () => {
    void model.study('W2');
    void model.study('W2');
    void model.study('b1');
    await settle();
    expect(client.requests.slice(1).map(request => request.steps)).toEqual(['W2']);
    expect(model.studies).toEqual({ W2: { kind: 'running' }, b1: { kind: 'running' } });
    client.startAnswers = [aside({ id: 'aside-2', status: 'done', steps: { ...steps, parameter: 'b1' } })];
    await poll();
    await poll();
    expect(client.requests.slice(1).map(request => request.steps)).toEqual(['W2', 'b1']);
    expect(model.studies).toMatchObject({ W2: { kind: 'ready' }, b1: { kind: 'ready', steps: { parameter: 'b1' } } });
  });

  test('gives way to a check, which begins when the kernel is free', async () => {
    void model.study('W2');
    await settle();
    client.getAnswers = [aside({ status: 'cancelling' }), aside({ status: 'cancelled' })];
    client.startAnswers = [finished(2)];
    void model.run();
    expect(model.state.kind).toBe('starting');
    await settle();
    expect(client.calls).toContain('cancel aside-1');
    expect(asked(`start ${KERNEL}`)).toBe(2);
    await poll();
    await poll();
    expect(asked(`start ${KERNEL}`)).toBe(3);
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-2' });
    // It can be asked for again, and has not failed.
    model.recall('check-1');
    expect(model.studies).toEqual({});
    expect(asked('cancel aside-1')).toBe(1);
  });

  test('is ended when another notebook is current, and holds up none', async () => {
    void model.study('W2');
    await settle();
    client.getAnswers = [aside({ status: 'cancelled' })];
    model.setTarget(target(OTHER));
    await settle();
    expect(client.calls).toContain('cancel aside-1');
    client.startAnswers = [finished(2, passing, { kernel_id: OTHER })];
    await model.run();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-2' });
    await poll();
    client.listAnswers = [[finished(1, failing)]];
    model.setTarget(target());
    await settle();
    expect(model.studies).toEqual({});
  });

  test('whose start is answered late is ended as well', async () => {
    const late = new Later<Check>();
    client.startAnswers = [late.promise];
    void model.study('W2');
    await settle();
    model.setTarget(target(OTHER));
    client.getAnswers = [aside({ status: 'cancelled' })];
    late.resolve(aside());
    await poll();
    expect(asked('cancel aside-1')).toBe(1);
    expect(model.state).toEqual({ kind: 'idle' });
  });

  test('that has ended when nobody waits is kept all the same', async () => {
    const late = new Later<Check>();
    client.startAnswers = [late.promise];
    void model.study('W2');
    await settle();
    model.recall('check-1');
    late.resolve(aside({ status: 'done', steps }));
    await settle();
    expect(model.studies['W2']!.kind).toBe('ready');
    expect(asked('cancel aside-1')).toBe(0);
  });

  test('leaves no timer behind when the panel goes', async () => {
    client.getAnswers = [aside({ status: 'running' })];
    void model.study('W2');
    await poll();
    model.dispose();
    await settle();
    expect(jest.getTimerCount()).toBe(0);
    expect(asked('cancel aside-1')).toBe(1);
  });

  test('is not followed as a check, neither while it runs nor by events that come late', async () => {
    void model.study('W2');
    // Before the server has answered.
    model.handleEvent(event({ check_id: 'aside-1', status: 'queued' }));
    await settle();
    model.handleEvent(event({ check_id: 'aside-1', status: 'running', done: 3 }));
    await poll();
    await poll();
    expect(model.studies['W2']!.kind).toBe('ready');
    model.handleEvent(event({ check_id: 'aside-1', status: 'running', done: 60 }));
    model.handleEvent(event({ check_id: 'aside-1', status: 'done' }));
    await settle();
    expect(seen.slice(-2)).toEqual(['starting', 'done']);
    expect(model.state).toEqual(shown);
  });

  test('does not keep a check that begins elsewhere afterwards from being shown', async () => {
    void model.study('W2');
    await poll();
    await poll();
    client.listAnswers = [[check({ id: 'theirs', status: 'running' })]];
    model.handleEvent(event({ check_id: 'theirs', status: 'queued' }));
    await settle();
    expect(model.state).toMatchObject({ kind: 'running', id: 'theirs' });
  });

  test('meets a restart of the kernel', async () => {
    void model.study('W2');
    await settle();
    client.getAnswers = [aside({ status: 'lost' })];
    model.noteRestart(KERNEL);
    await settle();
    expect(model.studies['W2']!.kind).toBe('failed');
    expect(model.state).toMatchObject({ kind: 'done', stale: 'restarted' });
  });
});

test('there is no study without a report', async () => {
  await model.study('W2');
  await open();
  await model.study('W2');
  expect(client.requests).toEqual([]);
  expect(model.studies).toEqual({});
});

describe('another tab', () => {
  test('whose newest check is a study has not hidden the report before it', async () => {
    client.listAnswers = [
      [aside({ status: 'done', steps }), { ...finished(2), report: null }, finished(1)]
    ];
    client.getAnswers = [aside({ status: 'done', steps }), finished(2, failing)];
    await open();
    expect(model.state).toEqual({ kind: 'done', id: 'check-2', report: failing, stale: null });
  });

  test('that has studied only leaves nothing to show', async () => {
    client.listAnswers = [[aside({ status: 'done', plan })]];
    client.getAnswers = [aside({ status: 'done', plan })];
    await open();
    expect(model.state).toEqual({ kind: 'idle' });
  });

  test('whose study was followed gives way to what there was before', async () => {
    client.startAnswers = [finished(1, failing)];
    await open();
    await model.run();
    client.listAnswers = [[aside({ status: 'running' })]];
    client.getAnswers = [aside({ status: 'done', steps })];
    model.handleEvent(event({ check_id: 'aside-1', status: 'running' }));
    await settle();
    expect(model.state).toMatchObject({ kind: 'running', id: 'aside-1' });
    await poll();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-1', report: failing, stale: null });
    expect(ids()).toEqual(['check-1']);
  });

  test('whose study was followed leaves nothing where there was nothing', async () => {
    client.listAnswers = [[aside({ status: 'running' })]];
    client.getAnswers = [aside({ status: 'done', plan })];
    await open();
    await poll();
    expect(model.state).toEqual({ kind: 'idle' });
  });
});

describe('a forecast', () => {
  beforeEach(async () => {
    client.startAnswers = [aside()];
    client.getAnswers = [aside({ status: 'done', plan })];
    await open();
    await model.choose();
  });

  test('is asked for what is chosen, and told beside the choosers', async () => {
    expect(model.forecast).toBeNull();
    void model.foresee({ forward: 'f' }, { max_seconds: 10 });
    expect(model.forecast).toEqual({ kind: 'asked' });
    await poll();
    expect(client.requests).toEqual([{ forward: 'f', options: { max_seconds: 10 }, plan: true }]);
    expect(model.forecast).toEqual({ kind: 'told', plan });
    expect(model.state.kind).toBe('choosing');
    // Neither names nor options were chosen by asking.
    expect(model.options).toEqual({});
    expect(model.preset).toEqual(candidates.guess);
    void model.foresee({}, {});
    await settle();
    expect(client.requests[1]).toEqual({ plan: true });
    await poll();
  });

  test('that cannot be told says why', async () => {
    client.startAnswers = [
      refused(409, 'check_active', 'A check is under way.'),
      aside({ status: 'error', error: ambiguous }),
      aside({ status: 'aborted' })
    ];
    await model.foresee({}, {});
    expect(model.forecast).toEqual({ kind: 'failed', message: 'A check is under way.' });
    await model.foresee({}, {});
    expect(model.forecast).toEqual({ kind: 'failed', message: 'Which?' });
    expect(model.state).toMatchObject({ kind: 'choosing', notice: null });
    await model.foresee({}, {});
    expect(model.forecast).toEqual({ kind: 'failed', message: 'The kernel did not answer.' });
  });

  test('gives way to the check itself', async () => {
    void model.foresee({ forward: 'f' }, {});
    await settle();
    client.getAnswers = [aside({ status: 'cancelled' })];
    client.startAnswers = [finished(2)];
    void model.run({ forward: 'f' }, {});
    await poll();
    expect(client.requests).toEqual([{ forward: 'f', plan: true }, { forward: 'f' }]);
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-2' });
    expect(model.forecast).toBeNull();
  });

  test('is forgotten with the choosers', async () => {
    void model.foresee({}, {});
    await settle();
    client.getAnswers = [aside({ status: 'cancelled' })];
    model.back();
    expect(model.forecast).toBeNull();
    await poll();
    expect(model.forecast).toBeNull();
    expect(model.state).toEqual({ kind: 'idle' });
    expect(asked('cancel aside-1')).toBe(1);
    await model.foresee({}, {});
    expect(client.requests).toHaveLength(1);
  });

  test('that cannot be ended holds up the check no longer than the server says', async () => {
    void model.foresee({}, {});
    await settle();
    client.cancelAnswers = [refused(500, 'internal_error')];
    client.startAnswers = [finished(2)];
    void model.run();
    await poll();
    expect(model.state).toMatchObject({ kind: 'done', id: 'check-2' });
  });
});
