import { requestError } from '../src/api';
import type { Check, CheckEvent } from '../src/contract';
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
