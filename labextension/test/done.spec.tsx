/** What stands around a report, before it and while it is made: history, change, advice, forecast, pace. */

import * as React from 'react';
import { act } from 'react';

import { Chooser } from '../src/components/chooser';
import type { ChooserProps } from '../src/components/chooser';
import { ChangeNote } from '../src/components/history';
import { Progress } from '../src/components/progress';
import { ReportView } from '../src/components/report';
import type { ViewProps } from '../src/components/view';
import { View } from '../src/components/view';
import type { Plan, Report } from '../src/contract';
import type { Finished } from '../src/history';
import type { State } from '../src/state';
import { all, click, host, one, render, select, type, unfold } from './dom';
import { candidates, failing, inconclusive, layers, parameter, passing, trans } from './fixtures';

type Handlers = { [name in Extract<keyof ViewProps, `on${string}`>]: jest.Mock<void, Parameters<ViewProps[name]>> };

let calls: Handlers;

beforeEach(() => {
  const names = [
    'onRun', 'onCheck', 'onForesee', 'onStudy', 'onRecheck', 'onRecall', 'onHistory', 'onSave', 'onStop', 'onChoose',
    'onBack', 'onRetry', 'onCopy', 'onReveal', 'onChangeKernel'
  ] as const;
  calls = Object.fromEntries(names.map(name => [name, jest.fn()])) as unknown as Handlers;
});

const finished = (id: string, report: Report, minute: number): Finished => ({
  id,
  at: `2026-01-05T10:${String(minute).padStart(2, '0')}:00`,
  report
});

/** The newest is right, the one before was wrong, and the first could not be decided. */
const history = [finished('c', passing, 9), finished('b', failing, 5), finished('a', inconclusive, 1)];

function show(id: string, others: Partial<ViewProps> & { stale?: Extract<State, { kind: 'done' }>['stale'] } = {}): void {
  const { stale = null, ...rest } = others;
  const { report } = (rest.history ?? history).find(one => one.id === id) ?? { report: failing };
  render(
    <View
      state={{ kind: 'done', id, report, stale }}
      notebook="network.ipynb"
      preset={null}
      skewed={false}
      history={history}
      studies={{}}
      options={{}}
      forecast={null}
      recheck={null}
      trans={trans}
      {...calls}
      {...rest}
    />
  );
}

describe('the checks so far', () => {
  test('are listed with time and verdict, and the one that is shown is marked', () => {
    show('b');
    const rows = all('.jp-gradcheck-history li');
    expect(rows.map(row => row.dataset['verdict'])).toEqual(['pass', 'fail', 'inconclusive']);
    expect(rows.map(row => row.querySelector('time')!.dateTime)).toEqual(history.map(({ at }) => at));
    expect(rows.map(row => row.querySelector('time')!.textContent)).toEqual(['10:09:00', '10:05:00', '10:01:00']);
    rows.forEach((row, at) => expect(row.textContent).toContain(history[at]!.report.message));
    expect(rows.map(row => row.querySelector('button')!.getAttribute('aria-current'))).toEqual(['false', 'true', 'false']);
  });

  test('can be gone back to', () => {
    show('c');
    click(all('.jp-gradcheck-recall')[2]!);
    expect(calls.onRecall.mock.calls).toEqual([['a']]);
  });

  test('are asked for when somebody looks at them, and not before', () => {
    show('c');
    expect(one<HTMLDetailsElement>('.jp-gradcheck-history').open).toBe(false);
    expect(calls.onHistory).not.toHaveBeenCalled();
    unfold('.jp-gradcheck-history');
    expect(calls.onHistory).toHaveBeenCalled();
  });

  test('an earlier one says so, leads back, and is not studied', () => {
    show('b');
    expect(one('.jp-gradcheck-stale').textContent).toBe('This is an earlier check. Show the newest');
    click('.jp-gradcheck-newest');
    expect(calls.onRecall.mock.calls).toEqual([['c']]);
    click(all('button.jp-gradcheck-row')[0]!);
    expect(all('.jp-gradcheck-details')).toHaveLength(1);
    expect(all('.jp-gradcheck-study')).toHaveLength(0);
  });

  test('the newest is studied, unless it no longer holds', () => {
    show('c');
    click(all('button.jp-gradcheck-row')[0]!);
    click('.jp-gradcheck-study');
    expect(calls.onStudy.mock.calls).toEqual([['W1']]);
    show('c', { stale: 'redefined' });
    expect(all('.jp-gradcheck-study')).toHaveLength(0);
    expect(all('.jp-gradcheck-newest')).toHaveLength(0);
  });

  test('a check that is not among them is shown all the same', () => {
    show('unknown');
    expect(all('.jp-gradcheck-stale, .jp-gradcheck-change')).toHaveLength(0);
    expect(one('.jp-gradcheck-verdict').textContent).toBe(failing.message);
  });

  test('another check begins with its rows closed', () => {
    show('c');
    click(all('button.jp-gradcheck-row')[0]!);
    show('b');
    expect(all('.jp-gradcheck-details')).toHaveLength(0);
  });
});

describe('what has changed', () => {
  test('since the check before is told in a sentence', () => {
    show('c');
    expect(one('.jp-gradcheck-change').textContent).toBe('Since 10:05:00: db1, dW2 fixed.');
    show('b');
    expect(one('.jp-gradcheck-change').textContent).toBe('Since 10:01:00: db1, dW2 newly wrong.');
    show('a');
    expect(all('.jp-gradcheck-change')).toHaveLength(0);
  });

  test('is not told where nothing has', () => {
    show('b', { history: [finished('b', passing, 2), finished('a', passing, 1)] });
    expect(all('.jp-gradcheck-change')).toHaveLength(0);
  });

  test('is told in all its parts, and of many not each', () => {
    const names = Array.from({ length: 9 }, (_, at) => `d${at}`);
    render(
      <ChangeNote change={{ mended: ['a'], broken: ['b\u202ec'], still: names }} at="2026-01-05T10:00:00" trans={trans} />
    );
    expect(host.textContent).toBe(
      'Since 10:00:00: a fixed, b⟨U+202E⟩c newly wrong, d0, d1, d2, d3, d4, d5 and 3 more still wrong.'
    );
  });
});

describe('a report can be saved', () => {
  test.each(['html', 'json'] as const)('as %s', format => {
    show('b');
    click(`.jp-gradcheck-save-${format}`);
    expect(calls.onSave.mock.calls).toEqual([[failing, format]]);
  });
});

describe('checking again by itself', () => {
  test('is offered where it can be set, and says whether it is', () => {
    show('c');
    expect(all('input[name="recheck"]')).toHaveLength(0);
    show('c', { recheck: false });
    expect(one<HTMLInputElement>('input[name="recheck"]').checked).toBe(false);
    click('input[name="recheck"]');
    expect(calls.onRecheck.mock.calls).toEqual([[true]]);
    show('c', { recheck: true });
    click('input[name="recheck"]');
    expect(calls.onRecheck.mock.calls).toEqual([[true], [false]]);
  });
});

describe('a check that could not decide says what would help', () => {
  const advice = (fields: Partial<Report>) => {
    render(<ReportView report={{ ...inconclusive, ...fields }} trans={trans} />);
    return one('.jp-gradcheck-advice').textContent;
  };
  const open = parameter({ verdict: 'inconclusive' });

  test('more digits, where there are few', () => {
    expect(advice({})).toContain('In float32 only large errors');
    expect(advice({ precision: 'float16' })).toContain('In float16');
  });

  test('more evaluations, where they ran out, whatever the digits', () => {
    const parameters = [open, { ...open, name: 'b', coverage: 'sampled' as const }];
    expect(advice({ parameters })).toContain('Allow more evaluations');
    // One that is right does not need them.
    expect(advice({ parameters: [open, { ...parameters[1]!, verdict: 'pass' }] })).not.toContain('evaluations');
  });

  test('another batch, where digits are not what is wanting', () => {
    for (const fields of [{ precision: 'float64' as const }, { lifted: 'float32' }]) {
      expect(advice({ parameters: [open], ...fields })).toContain('another batch');
    }
  });

  test('and one that could decide does not', () => {
    render(<ReportView report={failing} trans={trans} />);
    expect(all('.jp-gradcheck-advice')).toHaveLength(0);
  });
});

describe('what a check would take', () => {
  const plan: Plan = { kind: 'every-entry', evaluations: 200, seconds: 3, message: 'About 200 evaluations, 3 s.' };
  const onForesee = jest.fn();
  const onCheck = jest.fn();

  beforeEach(() => {
    onForesee.mockReset();
    onCheck.mockReset();
  });

  function choose(fields: Partial<ChooserProps> = {}): void {
    render(
      <Chooser
        candidates={candidates}
        preset={candidates.guess}
        notice={null}
        options={{}}
        forecast={null}
        trans={trans}
        onCheck={onCheck}
        onForesee={onForesee}
        onBack={jest.fn()}
        {...fields}
      />
    );
  }

  test('is asked for what is chosen, with the options that are set, and checks nothing', () => {
    choose();
    select('select[name="backward"]', '');
    type('input[name="epsilon"]', '1e-7');
    click('.jp-gradcheck-foresee');
    const { backward: _, ...names } = candidates.guess!;
    expect(onForesee.mock.calls).toEqual([[names, { epsilon: 1e-7 }]]);
    expect(onCheck).not.toHaveBeenCalled();
  });

  test('is told, or why it could not be', () => {
    choose();
    click('.jp-gradcheck-foresee');
    choose({ forecast: { kind: 'asked' } });
    expect(one<HTMLButtonElement>('.jp-gradcheck-foresee').disabled).toBe(true);
    expect(all('form [role="status"]')).toHaveLength(0);
    choose({ forecast: { kind: 'told', plan } });
    const told = one('form [role="status"]').textContent!;
    expect(told.startsWith(plan.message)).toBe(true);
    expect(told).toContain('Wrong ones take more');
    expect(one<HTMLButtonElement>('.jp-gradcheck-foresee').disabled).toBe(false);
    choose({ forecast: { kind: 'failed', message: 'The kernel is busy.' } });
    expect(one('form [role="status"]').textContent).toBe('The kernel is busy.');
  });

  test('is told of what it was asked for, and of nothing else', () => {
    choose();
    click('.jp-gradcheck-foresee');
    choose({ forecast: { kind: 'told', plan } });
    expect(all('form [role="status"]')).toHaveLength(1);
    type('input[name="epsilon"]', '1e-7');
    expect(all('form [role="status"]')).toHaveLength(0);
    type('input[name="epsilon"]', '');
    expect(all('form [role="status"]')).toHaveLength(1);
  });

  test('the options that are set go with every way to check', () => {
    choose({ candidates: layers, options: { method: 'central' } });
    type('input[name="epsilon"]', '1e-6');
    const options = { method: 'central', epsilon: 1e-6 };
    click('.jp-gradcheck-check-all');
    click(all('.jp-gradcheck-check-one')[0]!);
    click('.jp-gradcheck-check-these');
    expect(onCheck.mock.calls.map(call => call[1])).toEqual([options, options, options]);
    expect(onCheck.mock.calls[0][0]).toEqual({ all: true });
  });
});

describe('the pace of a check', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const plan: Plan = { kind: 'every-entry', evaluations: 1000, seconds: 500, message: 'About 1,000 evaluations.' };

  /** What is said after so many seconds more. */
  function after(seconds: number, done: number, total = 1000, expected: Plan | null = null): string {
    act(() => {
      jest.advanceTimersByTime(1000 * seconds);
    });
    render(<Progress done={done} total={total} plan={expected} trans={trans} />);
    return one('.jp-gradcheck-count').textContent!;
  }

  test('is told once it is known, with what is left at it', () => {
    expect(after(0, 0)).toBe('0 of 1,000 evaluations');
    expect(after(0.5, 50)).toBe('50 of 1,000 evaluations');
    expect(after(1.5, 200)).toBe('200 of 1,000 evaluations · 100 a second · about 8 s left');
  });

  test('is that of the last seconds', () => {
    after(0, 0);
    for (let second = 1; second <= 20; second++) {
      after(1, 10 * second);
    }
    for (let second = 1; second <= 10; second++) {
      after(1, 200 + 50 * second);
    }
    expect(after(0, 700)).toContain('· 50 a second · about 6 s left');
  });

  test('takes the place of what was planned', () => {
    expect(after(0, 0, 1000, plan)).toBe('0 of 1,000 evaluations · about 8 min left');
    expect(after(2, 200, 1000, plan)).toBe('200 of 1,000 evaluations · 100 a second · about 8 s left');
  });

  test('falls while nothing happens, and is not told where it is hardly any', () => {
    after(0, 0);
    expect(after(2, 5)).toContain('2.5 a second');
    expect(after(8, 5)).toContain('0.5 a second');
    expect(after(90, 5)).toBe('5 of 1,000 evaluations · about 5.5 h left');
  });

  test('of a check of unknown length says nothing of an end', () => {
    after(0, 0, 0);
    expect(after(2, 20, 0)).toBe('20 evaluations so far · 10 a second');
  });

  test('at the end has nothing left', () => {
    after(0, 0);
    expect(after(2, 1000)).toBe('1,000 of 1,000 evaluations · 500 a second');
    expect(after(1, 1200)).toContain('1,000 of 1,000');
  });
});
