import * as React from 'react';

import type { ViewProps } from '../src/components/view';
import { View } from '../src/components/view';
import type { Candidates, Plan, Reading, Report } from '../src/contract';
import type { Arrangement } from '../src/order';
import { AS_GIVEN } from '../src/order';
import type { State } from '../src/state';
import { all, click, host, one, render, select } from './dom';
import {
  ambiguous,
  candidates,
  failing,
  good,
  inconclusive,
  layers,
  packageMissing,
  passing,
  screened,
  several,
  trans
} from './fixtures';

type Handler = Extract<keyof ViewProps, `on${string}`>;

let arrangement: Arrangement;
let calls: { [name in Handler]: jest.Mock<void, Parameters<ViewProps[name]>> };

beforeEach(() => {
  arrangement = AS_GIVEN;
  calls = {
    onRun: jest.fn(),
    onCheck: jest.fn(),
    onForesee: jest.fn(),
    onStudy: jest.fn(),
    onRecheck: jest.fn(),
    onRecall: jest.fn(),
    onHistory: jest.fn(),
    onSave: jest.fn(),
    onStop: jest.fn(),
    onChoose: jest.fn(),
    onBack: jest.fn(),
    onRetry: jest.fn(),
    onCopy: jest.fn(),
    onReveal: jest.fn(),
    onChangeKernel: jest.fn()
  };
});

/** The view with the arrangement that the person made, as the panel keeps it. */
function show(state: State, others: Partial<ViewProps> = {}): void {
  const onArrange = (made: Arrangement) => {
    arrangement = made;
    show(state, others);
  };
  render(
    <View
      state={state}
      notebook="network.ipynb"
      preset={state.kind === 'choosing' ? state.candidates.guess : null}
      skewed={false}
      history={[]}
      studies={{}}
      options={{}}
      forecast={null}
      arranging={{ arrangement, onArrange }}
      recheck={null}
      trans={trans}
      {...calls}
      {...others}
    />
  );
}

function done(report: Report, stale: Extract<State, { kind: 'done' }>['stale'] = null): State {
  return { kind: 'done', id: 'check-1', report, stale };
}

/** How many squares of an error map are drawn, of the kind that the selector names. */
function squares(element: Element, kind = ''): number {
  const paths = [...element.querySelectorAll(`svg.jp-gradcheck-map path${kind}`)];
  return paths.flatMap(path => path.getAttribute('d')!.match(/M/g) ?? []).length;
}

/** Open the row of a parameter. */
function open(name: string): HTMLElement {
  const selector = `[data-parameter="${name}"]`;
  click(`${selector} button.jp-gradcheck-row`);
  return one(selector);
}

const STATES: State[] = [
  { kind: 'no-notebook' },
  { kind: 'no-kernel', why: 'none' },
  { kind: 'no-kernel', why: 'starting' },
  { kind: 'no-kernel', why: 'dead' },
  { kind: 'restoring' },
  { kind: 'idle' },
  { kind: 'starting' },
  { kind: 'queued', id: 'a', done: 0, total: 0, plan: null, note: null },
  { kind: 'running', id: 'a', done: 3, total: 9, plan: null, note: null },
  { kind: 'cancelling', id: 'a', done: 3, total: 9, plan: null, note: 'It goes on.' },
  done(failing),
  { kind: 'problem', problem: packageMissing, retry: 'run' },
  { kind: 'cancelled', message: null },
  { kind: 'aborted', message: null },
  { kind: 'lost', message: null },
  { kind: 'looking' },
  { kind: 'choosing', candidates, notice: null },
  { kind: 'choosing', candidates: layers, notice: several.message }
];

test.each(STATES)('$kind names its state and says something', state => {
  show(state);
  expect(one('.jp-gradcheck-root').dataset['state']).toBe(state.kind);
  expect(host.textContent!.length).toBeGreaterThan(state.kind === 'restoring' ? 0 : 30);
});

test.each(STATES)('every button of $kind is a real button with a name', state => {
  show(state);
  for (const button of host.querySelectorAll('button')) {
    expect(button.type).toMatch(/^(button|submit)$/);
    expect(button.textContent).not.toBe('');
  }
});

describe('a notebook without a kernel', () => {
  test('says so, and what to do', () => {
    show({ kind: 'no-kernel', why: 'none' });
    expect(one('.jp-gradcheck-empty').textContent).toContain('This notebook has no kernel.');
    expect(one('[role="status"]').textContent).toContain('Change Kernel');
    click('.jp-gradcheck-change-kernel');
    expect(calls.onChangeKernel).toHaveBeenCalledTimes(1);
  });

  test('has nothing to choose while one starts', () => {
    show({ kind: 'no-kernel', why: 'starting' });
    expect(one('.jp-gradcheck-empty').textContent).toBe('The kernel is starting.');
    expect(host.querySelectorAll('button')).toHaveLength(0);
  });
});

describe('a report', () => {
  test('says its verdict first, also to those who do not see it', () => {
    show({ kind: 'running', id: 'a', done: 0, total: 0, plan: null, note: null });
    const said = one('[role="status"][aria-live="polite"]');
    show(done(failing));
    expect(one('[role="status"]')).toBe(said);
    expect(said.textContent).toBe(failing.message);
    const verdict = one('.jp-gradcheck-verdict');
    expect(verdict.dataset['verdict']).toBe('fail');
    expect(verdict.textContent).toBe(failing.message);
    expect(verdict.querySelectorAll('svg')).toHaveLength(1);
    expect(one('.jp-gradcheck-difference').textContent).toContain('2.85e-01');
    expect(one('.jp-gradcheck-facts').textContent).toBe(
      '104 evaluations · float64 · central differences · NumPy · 12 ms'
    );
  });

  test('has one row a parameter, in its own order', () => {
    show(done(failing));
    const rows = [...host.querySelectorAll<HTMLElement>('[data-parameter]')];
    expect(rows.map(row => row.dataset['parameter'])).toEqual(failing.parameters.map(parameter => parameter.name));
    expect(rows.map(row => row.dataset['verdict'])).toEqual(failing.parameters.map(parameter => parameter.verdict));
    const wrong = one('[data-parameter="W2"]');
    expect(wrong.textContent).toContain('3 × 5');
    expect(wrong.querySelector('.jp-gradcheck-hidden')!.textContent).toBe('wrong');
    expect(wrong.querySelector('.jp-gradcheck-source')!.textContent).toBe('line 17: dW2 = 1./m * np.dot(dZ2, A1.T) * 2');
  });

  test('shows the pictures and numbers of a row that is opened, and of no other', () => {
    show(done(failing));
    expect(all('svg.jp-gradcheck-map, table')).toHaveLength(0);
    const wrong = open('W2');
    const button = wrong.querySelector('button.jp-gradcheck-row')!;
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(one('.jp-gradcheck-details').id).toBe(button.getAttribute('aria-controls'));
    expect(wrong.querySelectorAll('tbody tr').length).toBe(failing.parameters[2]!.worst.length);
    expect(squares(wrong)).toBe(15);
    open('b1');
    expect(all('.jp-gradcheck-details')).toHaveLength(2);
    open('W2');
    expect(button.getAttribute('aria-expanded')).toBe('false');
    expect(button.hasAttribute('aria-controls')).toBe(false);
    expect(wrong.querySelectorAll('.jp-gradcheck-details')).toHaveLength(0);
  });

  test('goes to the line of a wrong gradient', () => {
    const parameter = failing.parameters[2]!;
    const source = { cell_id: 'cell', line: 17, text: 'dW2 = 1' };
    show(done({ ...failing, parameters: [{ ...parameter, source }] }));
    click('button.jp-gradcheck-source');
    expect(calls.onReveal).toHaveBeenCalledWith(source);
  });

  test('of right gradients has nothing opened, and can be looked into all the same', () => {
    show(done(passing));
    expect(one('.jp-gradcheck-verdict').dataset['verdict']).toBe('pass');
    expect(all('.jp-gradcheck-details')).toHaveLength(0);
    expect(open('W1').querySelector('.jp-gradcheck-summary')!.textContent).toBe('Each of the 20 entries measured');
  });

  test('that cannot decide says so, with its warnings', () => {
    show(done(inconclusive));
    expect(one('.jp-gradcheck-verdict').dataset['verdict']).toBe('inconclusive');
    expect(host.querySelectorAll('[data-warning]')).toHaveLength(inconclusive.warnings.length);
  });

  test('says what was looked at, and in which precision', () => {
    show(done(screened));
    expect(one('.jp-gradcheck-coverage').textContent).toBe(screened.coverage!.message);
    expect(one('.jp-gradcheck-facts').textContent).toContain('float64 instead of float32');
    show(done({ ...screened, coverage: null, lifted: null }));
    expect(host.querySelectorAll('.jp-gradcheck-coverage')).toHaveLength(0);
    expect(one('.jp-gradcheck-facts').textContent).not.toContain('instead');
  });

  test('of an older kernel is shown without what it does not say', () => {
    const { coverage, plan, lifted, strict, ...older } = screened;
    const parameters = older.parameters.map(({ coverage, kinks, blind, elsewhere, ...parameter }) => parameter);
    show(done({ ...older, parameters }));
    parameters.forEach(({ name }) => open(name));
    expect(host.querySelectorAll('.jp-gradcheck-coverage, .jp-gradcheck-blind, [data-elsewhere]')).toHaveLength(0);
    expect(host.querySelectorAll('[data-parameter]')).toHaveLength(parameters.length);
  });

  test('keeps what this point cannot test for the opened row', () => {
    show(done(screened));
    expect(all('.jp-gradcheck-blind')).toHaveLength(0);
    const blind = open('b1').querySelector('.jp-gradcheck-blind')!;
    expect(blind.querySelector('.jp-gradcheck-summary')!.textContent).toBe('31 of 100 entries tested only nearby');
    expect(blind.textContent).toContain(screened.parameters[1]!.blind!.message);
    const parameter = { ...screened.parameters[1]!, blind: { count: 31, nearby: 20, message: 'Why.' } };
    show(done({ ...screened, parameters: [parameter] }));
    expect(one('.jp-gradcheck-blind .jp-gradcheck-summary').textContent).toBe('11 of 100 entries cannot be tested here');
  });

  test('says nothing twice', () => {
    const [first] = screened.warnings;
    const again = { code: 'blind-spot', message: screened.parameters[1]!.blind!.message };
    show(done({ ...screened, warnings: [again, first!] }));
    expect(one('[data-warning]').dataset['warning']).toBe(first!.code);
    show(done({ ...screened, warnings: [again] }));
    expect(host.querySelectorAll('.jp-gradcheck-warnings')).toHaveLength(0);
  });

  test('shows the entry that is wrong elsewhere', () => {
    show(done(screened));
    open('W2');
    const cells = all('[data-elsewhere] tbody th, [data-elsewhere] tbody td').map(cell => cell.textContent);
    expect(cells).toEqual(['[0, 3]', '0.61', '0.41', '2e-8', '1.49']);
  });

  test('tells entries that were not measured from wrong ones', () => {
    show(done(screened));
    const row = open('W1');
    const summary = () => one('.jp-gradcheck-summary').textContent;
    expect(summary()).toBe('1 of 23 measured entries wrong');
    expect(squares(row)).toBe(4);
    expect(squares(row, '.jp-gradcheck-unmeasured')).toBe(2);
    expect(row.querySelector('figcaption')!.textContent).toContain('not measured');
    const sampled = { ...screened.parameters[0]!, verdict: 'inconclusive' as const, coverage: 'sampled' as const };
    show(done({ ...screened, parameters: [{ ...sampled, counts: { pass: 23, fail: 0, inconclusive: 0 } }] }));
    expect(summary()).toBe('23 of 10,000 entries measured');
    show(done({ ...screened, parameters: [{ ...sampled, counts: { pass: 20, fail: 0, inconclusive: 3 } }] }));
    expect(summary()).toBe('3 of 23 measured entries undecided');
    const cause = { kind: 'non-finite' as const, message: 'dW1 has NaN.' };
    show(done({ ...screened, parameters: [{ ...screened.parameters[0]!, cause }] }));
    expect(squares(host)).toBe(4);
    expect(squares(host, '.jp-gradcheck-unmeasured')).toBe(0);
    expect(squares(host, '.jp-gradcheck-broken')).toBe(2);
  });

  test('with a missing gradient writes n/a', () => {
    show(done(good<Report>('report.missing_gradient')));
    expect(one('.jp-gradcheck-difference').textContent).toContain('n/a');
  });

  test('without a backward function says what was checked instead', () => {
    show(done({ ...passing, backward: null }));
    expect(one('.jp-gradcheck-checked').textContent).toContain('TensorFlow');
  });

  test('that may no longer hold says why', () => {
    show(done(passing));
    expect(all('.jp-gradcheck-stale')).toHaveLength(0);
    show(done(passing, 'restarted'));
    expect(one('.jp-gradcheck-stale').textContent).toContain('restarted');
    show(done(passing, 'redefined'));
    expect(one('.jp-gradcheck-stale').textContent).toContain('run anew');
    expect(one('.jp-gradcheck-done').dataset['stale']).toBe('true');
  });

  test('offers another check, and another choice', () => {
    show(done(passing));
    click('.jp-gradcheck-run');
    click('.jp-gradcheck-choose');
    expect(calls.onRun).toHaveBeenCalledTimes(1);
    expect(calls.onChoose).toHaveBeenCalledTimes(1);
  });

  test('shows markup in names and sentences as text', () => {
    const markup = '<img src=x onerror="throw 1"><script>throw 1</script>';
    const parameter = {
      ...failing.parameters[1]!,
      name: markup,
      message: markup,
      source: { cell_id: null, line: 1, text: markup }
    };
    const warnings = [{ code: 'x', message: markup }];
    const forward = { ...failing.forward, name: markup };
    show(done({ ...failing, message: markup, parameters: [parameter], warnings, forward }), { notebook: markup });
    expect(host.querySelectorAll('img, script')).toHaveLength(0);
    expect(one('.jp-gradcheck-verdict').textContent).toBe(markup);
    expect(one('.jp-gradcheck-checked').textContent).toContain(markup);
  });

  test('is not turned round by a name in it', () => {
    const name = 'a\u202eb';
    const said = 'a⟨U+202E⟩b';
    const source = { cell_id: null, line: 1, text: name };
    const parameter = { ...failing.parameters[2]!, name, message: `${name} is wrong.`, source };
    const warnings = [{ code: 'x', message: name }];
    show(done({ ...failing, message: `${name} is wrong.`, parameters: [parameter], warnings }));
    expect(host.textContent).not.toContain('\u202e');
    expect(one('.jp-gradcheck-verdict').textContent).toBe(`${said} is wrong.`);
    expect(one('.jp-gradcheck-name').textContent).toBe(said);
    expect(one('.jp-gradcheck-sentence').textContent).toBe(`${said} is wrong.`);
    expect(one('.jp-gradcheck-source').textContent).toContain(said);
    expect(one('[data-warning]').textContent).toContain(said);
  });
});

test.each([
  ['cell [5], line 14:', { cell: 5, line: 14 }],
  ['line 14:', { cell: null, line: 14 }],
  ['cell [5], line 3 when it was checked:', { cell: 5, line: null }],
  ['line 3 when it was checked:', { cell: null, line: null }],
  ['line 3:', null]
])('the line of a gradient is told as %p', (text, located) => {
  const source = { cell_id: null, line: 3, text: '  dW = 1' };
  const report = { ...failing, parameters: [{ ...failing.parameters[0]!, source }] };
  const locate = jest.fn(() => located);
  show(done(report), { locate });
  expect(one('.jp-gradcheck-source').textContent).toBe(`${text} dW = 1`);
  expect(locate).toHaveBeenCalledWith(source, report);
});

test('numbers are kept in one line, and a long name is cut while its row is closed', () => {
  const name = 'W'.repeat(180);
  const wrong = { ...failing.parameters[0]!, name, message: 'Off by 1.5e-05 of 3.' };
  show(done({ ...failing, parameters: [wrong] }));
  expect(one('.jp-gradcheck-sentence').textContent).toBe(wrong.message);
  expect(one('.jp-gradcheck-sentence .jp-gradcheck-unbroken').textContent).toBe('1.5e-05');
  expect(one('.jp-gradcheck-name[data-long]').title).toBe(name);
});

test('a table of the worst entries says of how many', () => {
  const { name, worst } = failing.parameters.find(parameter => parameter.worst.length > 1)!;
  show(done({ ...failing, parameters: failing.parameters.map(each => (each.name === name ? { ...each, counts: { pass: 0, fail: 24, inconclusive: 0 }, size: 24 } : each)) }));
  expect(open(name).querySelector('caption')!.textContent).toBe(`The worst ${worst.length} of 24`);
});

test('what stands open stays open from check to check, where the parameter is still there', () => {
  show(done(failing));
  open('W2');
  open('b1');
  show({ kind: 'running', id: 'check-2', done: 0, total: 9, plan: null, note: null });
  const fewer = { ...failing, parameters: failing.parameters.filter(({ name }) => name !== 'b1') };
  show({ kind: 'done', id: 'check-2', report: fewer, stale: null });
  const opened = all('[aria-expanded="true"]').map(row => row.closest<HTMLElement>('[data-parameter]')!.dataset['parameter']);
  expect(opened).toEqual(['W2']);
});

describe('a check that made no report', () => {
  const earlier = { id: 'check-1', at: '2026-01-05T10:00:00Z', report: failing };
  const states: State[] = [
    { kind: 'problem', problem: packageMissing, retry: 'run' },
    { kind: 'cancelled', message: null },
    { kind: 'aborted', message: null },
    { kind: 'lost', message: null }
  ];

  test.each(states)('leaves the reports before it and the box within reach: $kind', state => {
    show(state, { history: [earlier], recheck: true });
    click('input[name="recheck"]');
    expect(calls.onRecheck).toHaveBeenCalledWith(false);
    expect(one('.jp-gradcheck-recall').getAttribute('aria-current')).toBe('false');
    click('.jp-gradcheck-recall');
    expect(calls.onRecall).toHaveBeenCalledWith('check-1');
  });

  test.each(states)('shows neither where there was none: $kind', state => {
    show(state, { recheck: true });
    expect(all('input[name="recheck"], .jp-gradcheck-history')).toEqual([]);
  });
});

describe('a running check', () => {
  test('tells its progress to everyone', () => {
    show({ kind: 'running', id: 'a', done: 37, total: 104, plan: null, note: null });
    const bar = one('[role="progressbar"]');
    expect(bar.getAttribute('aria-valuenow')).toBe('37');
    expect(bar.getAttribute('aria-valuemax')).toBe('104');
    expect(one('.jp-gradcheck-count').textContent).toBe('37 of 104 evaluations');
    click('.jp-gradcheck-stop');
    expect(calls.onStop).toHaveBeenCalledTimes(1);
  });

  test('of unknown length claims no share', () => {
    show({ kind: 'running', id: 'a', done: 0, total: 0, plan: null, note: null });
    const bar = one('[role="progressbar"]');
    expect(bar.hasAttribute('aria-valuenow')).toBe(false);
    expect(bar.hasAttribute('aria-valuemax')).toBe(false);
    expect(bar.dataset['known']).toBe('false');
    show({ kind: 'running', id: 'a', done: 12, total: 0, plan: null, note: null });
    expect(one('.jp-gradcheck-count').textContent).toBe('12 evaluations so far');
    show({ kind: 'running', id: 'a', done: 20, total: 200, plan: null, note: null });
    expect(bar.getAttribute('aria-valuenow')).toBe('20');
    expect(one('.jp-gradcheck-bar-fill').style.width).toBe('10%');
  });

  test('says what it is doing, and how long that still takes', () => {
    const plan: Plan = { kind: 'every-entry', evaluations: 200, seconds: 50, message: 'About 200 evaluations.' };
    const count = () => one('.jp-gradcheck-count').textContent;
    show({ kind: 'running', id: 'a', done: 40, total: 200, plan, note: null });
    expect(one('.jp-gradcheck-plan').textContent).toBe(plan.message);
    expect(count()).toBe('40 of 200 evaluations · about 40 s left');
    show({ kind: 'running', id: 'a', done: 200, total: 1000, plan, note: null });
    expect(count()).toBe('200 of 1,000 evaluations · about 3 min left');
    for (const quick of [{ ...plan, seconds: 0.5 }, { ...plan, seconds: null }, { ...plan, evaluations: 0 }, null]) {
      show({ kind: 'running', id: 'a', done: 40, total: 200, plan: quick, note: null });
      expect(count()).toBe('40 of 200 evaluations');
    }
    expect(host.querySelectorAll('.jp-gradcheck-plan')).toHaveLength(0);
  });

  test('that turns out to be longer does not go back', () => {
    const width = () => one('.jp-gradcheck-bar-fill').style.width;
    show({ kind: 'running', id: 'a', done: 50, total: 100, plan: null, note: null });
    show({ kind: 'cancelling', id: 'a', done: 60, total: 200, plan: null, note: null });
    expect(width()).toBe('50%');
    show({ kind: 'running', id: 'a', done: 150, total: 200, plan: null, note: null });
    expect(width()).toBe('75%');
    show({ kind: 'running', id: 'b', done: 1, total: 100, plan: null, note: null });
    expect(width()).toBe('1%');
  });

  test('that would not stop can be stopped again', () => {
    show({ kind: 'cancelling', id: 'a', done: 3, total: 9, plan: null, note: null });
    expect(host.querySelectorAll('.jp-gradcheck-stop')).toHaveLength(0);
    show({ kind: 'cancelling', id: 'a', done: 3, total: 9, plan: null, note: 'It goes on.' });
    click('.jp-gradcheck-stop');
    expect(calls.onStop).toHaveBeenCalledTimes(1);
  });
});

describe('a problem', () => {
  test('of a missing package gives the line to run, to copy', () => {
    show({ kind: 'problem', problem: packageMissing, retry: 'run' });
    expect(one('.jp-gradcheck-code').textContent).toBe(packageMissing.install);
    click('.jp-gradcheck-copy');
    expect(calls.onCopy).toHaveBeenCalledWith(packageMissing.install);
    expect(one('.jp-gradcheck-copy').textContent).toBe('Copied');
    click('.jp-gradcheck-retry');
    expect(calls.onRetry).toHaveBeenCalledTimes(1);
  });

  test('of a missing package shows no line that nobody knows', () => {
    show({ kind: 'problem', problem: { ...packageMissing, install: null }, retry: 'run' });
    expect(host.querySelectorAll('.jp-gradcheck-code')).toHaveLength(0);
  });

  test('that takes many words is within reach of the keyboard', () => {
    show({ kind: 'problem', problem: { code: 'x', message: 'word '.repeat(200), reason: null }, retry: 'run' });
    expect(one('.jp-gradcheck-message').tabIndex).toBe(0);
    show({ kind: 'problem', problem: { code: 'x', message: 'word', reason: null }, retry: 'run' });
    expect(one('.jp-gradcheck-message').tabIndex).toBe(-1);
  });

  test('of nothing to check shows what is looked for', () => {
    const problem = { code: 'nothing_found', message: 'No function was found.', reason: null };
    show({ kind: 'problem', problem, retry: 'run' });
    expect(host.textContent).toContain(problem.message);
    expect(one('.jp-gradcheck-code').textContent).toContain('def backward');
    expect(host.querySelectorAll('.jp-gradcheck-choose')).toHaveLength(0);
    show({ kind: 'problem', problem: { ...problem, candidates }, retry: 'run' });
    click('.jp-gradcheck-choose');
    expect(calls.onChoose).toHaveBeenCalledTimes(1);
  });

  test('of any other kind shows its message', () => {
    const problem = { code: 'forward_raised', message: 'forward raised ValueError.', reason: null };
    show({ kind: 'problem', problem, retry: 'run' });
    expect(host.textContent).toContain(problem.message);
    expect(one('[data-code]').dataset['code']).toBe('forward_raised');
    expect(host.querySelectorAll('.jp-gradcheck-choose')).toHaveLength(1);
    show({ kind: 'problem', problem, retry: 'restore' });
    expect(host.querySelectorAll('.jp-gradcheck-choose')).toHaveLength(0);
  });
});

describe('the choosers', () => {
  test('start from the guess and hand back the names', () => {
    show({ kind: 'choosing', candidates, notice: ambiguous.message });
    expect(one('.jp-gradcheck-notice').textContent).toBe(ambiguous.message);
    click('.jp-gradcheck-check-these');
    expect(calls.onCheck).toHaveBeenCalledWith(candidates.guess, {});
  });

  test('leave out what is to be found, and keep the order of ticking', () => {
    show({ kind: 'choosing', candidates, notice: null });
    select('select[name="backward"]', '');
    click('input[name="X"]');
    click('input[name="X"]');
    click('.jp-gradcheck-check-these');
    expect(calls.onCheck).toHaveBeenCalledWith({
      forward: 'forward_propagation_n',
      parameters: 'parameters',
      data: ['Y', 'X']
    }, {});
  });

  test('let a function of the other looks be chosen', () => {
    show({ kind: 'choosing', candidates, notice: null });
    select('select[name="forward"]', 'backward_propagation_n');
    click('.jp-gradcheck-check-these');
    expect(calls.onCheck).toHaveBeenCalledWith({ ...candidates.guess, forward: 'backward_propagation_n' }, {});
  });

  test('keep a name that is no longer offered', () => {
    const preset = { forward: 'gone', backward: null, parameters: 'model.weights', data: ['Z'] };
    show({ kind: 'choosing', candidates, notice: null }, { preset });
    click('.jp-gradcheck-check-these');
    expect(calls.onCheck).toHaveBeenCalledWith({ forward: 'gone', parameters: 'model.weights', data: ['Z'] }, {});
  });

  test('show what turns the direction of a name, and send it as it is', () => {
    const preset = { forward: 'gone\u202ex', backward: null, parameters: null, data: [] };
    show({ kind: 'choosing', candidates, notice: null }, { preset });
    expect(host.textContent).not.toContain('\u202e');
    click('.jp-gradcheck-check-these');
    expect(calls.onCheck).toHaveBeenCalledWith({ forward: 'gone\u202ex' }, {});
  });

  test('can be left', () => {
    show({ kind: 'choosing', candidates, notice: null });
    click('.jp-gradcheck-back');
    expect(calls.onBack).toHaveBeenCalledTimes(1);
  });
});

describe('what was found', () => {
  const pair = { forward: 'forward', backward: 'backward' };

  function rows(): HTMLElement[] {
    return [...one('ul.jp-gradcheck-readings').querySelectorAll<HTMLElement>(':scope > li')];
  }

  function offer(readings: Reading[]): void {
    show({ kind: 'choosing', candidates: { ...layers, several: false, readings }, notice: null });
  }

  function check(row: number): void {
    click(rows()[row]!.querySelector('button')!);
  }

  test('is listed, the likeliest first, under a title of its own', () => {
    show({ kind: 'choosing', candidates: layers, notice: several.message });
    // The message names each of them, which the list does as well.
    expect(one('.jp-gradcheck-notice').textContent).not.toBe(several.message);
    expect(one('[role="status"]').textContent).toBe(several.message);
    const list = one('ul.jp-gradcheck-readings');
    expect(document.getElementById(list.getAttribute('aria-labelledby')!)?.textContent).toBe('What could be checked');
    expect(rows().map(row => row.querySelector('.jp-gradcheck-title')?.textContent)).toEqual([
      'affine_backward of affine_forwardx, w, b',
      'tanh_backward of tanh_forwardx'
    ]);
  });

  test('can be checked one by one, by buttons that say what they check', () => {
    show({ kind: 'choosing', candidates: layers, notice: null });
    const buttons = rows().map(row => row.querySelector('button')!);
    expect(buttons.map(button => button.getAttribute('aria-label'))).toEqual([
      'Check affine_backward',
      'Check tanh_backward'
    ]);
    expect(document.getElementById(buttons[0]!.getAttribute('aria-describedby')!)?.title).toBe('x, w, b');
    check(1);
    expect(calls.onCheck).toHaveBeenCalledWith({ forward: 'tanh_forward', backward: 'tanh_backward' }, {});
  });

  test('can be checked all at once where it stands side by side, and only there', () => {
    show({ kind: 'choosing', candidates: layers, notice: null });
    click('.jp-gradcheck-check-all');
    expect(calls.onCheck).toHaveBeenCalledWith({ all: true }, {});
    offer(layers.readings!);
    expect(host.querySelectorAll('.jp-gradcheck-check-all')).toHaveLength(0);
    expect(one('.jp-gradcheck-notice').textContent).toBe(layers.reason);
  });

  test('of one function for both is named once', () => {
    offer([{ forward: 'loss_and_grad', backward: 'loss_and_grad', parameters: ['w'], data: ['X'] }]);
    expect(rows()[0]!.querySelector('.jp-gradcheck-title')?.textContent!.trim()).toBe('loss_and_grad w');
    check(0);
    expect(calls.onCheck).toHaveBeenCalledWith({ forward: 'loss_and_grad', backward: 'loss_and_grad' }, {});
  });

  test('of the same functions is told by the one variable that differs, and left to the choosers where none does', () => {
    const sole = { ...pair, parameters: ['W1'], data: [] };
    offer([{ ...pair, parameters: ['w'], data: [] }, { ...pair, parameters: ['x'], data: [] }, sole]);
    [0, 1, 2].forEach(check);
    // W1 is a key of some dict here, and no variable.
    expect(calls.onCheck.mock.calls).toEqual([
      [{ ...pair, parameters: 'w' }, {}],
      [{ ...pair, parameters: 'x' }, {}],
      [pair, {}]
    ]);
    offer([sole, { ...pair, parameters: ['W1', 'b1'], data: [] }, layers.readings![1]!]);
    expect(rows().map(row => row.querySelector('.jp-gradcheck-name')?.textContent)).toEqual(['tanh_backward']);
    offer([sole, sole]);
    expect(host.querySelectorAll('.jp-gradcheck-readings')).toHaveLength(0);
    expect(one<HTMLDetailsElement>('details.jp-gradcheck-by-hand').open).toBe(true);
  });

  test('leaves choosing by hand for those who want it', () => {
    show({ kind: 'choosing', candidates: layers, notice: null });
    expect(one<HTMLDetailsElement>('details.jp-gradcheck-by-hand').open).toBe(false);
    click('.jp-gradcheck-back');
    expect(calls.onBack).toHaveBeenCalledTimes(1);
  });

  const { readings: _, several: __, ...silent } = layers;

  test.each<[string, number, Candidates]>([
    ['nothing was found', 0, { ...silent, readings: [] }],
    ['the kernel does not say what was found', 0, silent],
    ['what was found is clear, and the person wants to choose', 2, { ...layers, certain: true }]
  ])('gives way to choosing by hand where %s', (_, count, offered) => {
    show({ kind: 'choosing', candidates: offered, notice: null });
    expect(one<HTMLDetailsElement>('details.jp-gradcheck-by-hand').open).toBe(true);
    expect(host.querySelectorAll('.jp-gradcheck-reading')).toHaveLength(count);
    expect(host.querySelectorAll('.jp-gradcheck-back')).toHaveLength(1);
  });

  test('shows what turns the direction of a text', () => {
    offer([{ forward: 'f', backward: 'g', parameters: ['W\u202eleft'], data: [] }]);
    expect(rows()[0]!.textContent).toContain('W⟨U+202E⟩left');
    expect(one('.jp-gradcheck-names').title).not.toContain('\u202e');
  });
});

test('a check that was stopped promises no more than is certain', () => {
  // What forward itself writes to globals, such as a counter, does change.
  show({ kind: 'cancelled', message: null });
  expect(host.textContent).toContain('Your parameters and data are as they were.');
});

test('a server of another version is told of', () => {
  show({ kind: 'idle' }, { skewed: true });
  expect(one('[role="alert"]').textContent).toContain('another version');
});
