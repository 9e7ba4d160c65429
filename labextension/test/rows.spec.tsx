import * as React from 'react';

import { Rows } from '../src/components/rows';
import type { RowsProps } from '../src/components/rows';
import type { ParameterReport, Report, Verdict } from '../src/contract';
import { all, click, host, one, press, render, select } from './dom';
import { good, parameter, trans } from './fixtures';

function row(name: string, verdict: Verdict = 'pass', relative_difference: number | null = 1e-9): ParameterReport {
  return parameter({ name, gradient: `d${name}`, verdict, relative_difference });
}

function many(count: number): ParameterReport[] {
  // One in fifty is wrong, the furthest off at the very end.
  return Array.from({ length: count }, (_, at) =>
    at % 50 === 49 ? row(`W${at}`, 'fail', at / count) : row(`W${at}`)
  );
}

const mixed = [row('W10'), row('W2', 'fail', 0.3), row('b1', 'inconclusive', 0.4), row('W1', 'fail', 0.9)];

function show(parameters: readonly ParameterReport[], others: Partial<RowsProps> = {}): void {
  render(<Rows parameters={parameters} studies={{}} trans={trans} {...others} />);
}

const names = () => all('[data-parameter]').map(element => element.dataset['parameter']);
const buttons = () => all<HTMLButtonElement>('button.jp-gradcheck-row');
const focused = () => (document.activeElement?.closest('[data-parameter]') as HTMLElement | null)?.dataset['parameter'];

// Hundreds of rows take seconds, and more on a machine that is busy.
jest.setTimeout(60_000);

describe('the order', () => {
  test('is that of the notebook until another is chosen', () => {
    show(mixed);
    expect(names()).toEqual(['W10', 'W2', 'b1', 'W1']);
    select('select[name="order"]', 'worst');
    expect(names()).toEqual(['W1', 'W2', 'b1', 'W10']);
    select('select[name="order"]', 'name');
    expect(names()).toEqual(['b1', 'W1', 'W2', 'W10']);
    select('select[name="order"]', 'given');
    expect(names()).toEqual(['W10', 'W2', 'b1', 'W1']);
  });

  test('leaves open what is open', () => {
    show(mixed);
    click(buttons()[1]!);
    select('select[name="order"]', 'worst');
    expect(one('[aria-expanded="true"]').closest<HTMLElement>('[data-parameter]')!.dataset['parameter']).toBe('W2');
  });

  test('is not offered for a handful', () => {
    show(mixed.slice(0, 3));
    expect(all('.jp-gradcheck-tools')).toHaveLength(0);
  });
});

describe('the filter', () => {
  test('leaves those that are not right', () => {
    show(mixed);
    click('input[name="doubtful"]');
    expect(names()).toEqual(['W2', 'b1', 'W1']);
    click('input[name="doubtful"]');
    expect(names()).toHaveLength(4);
  });

  test('is offered where some are right and some are not', () => {
    show(mixed.map(one => ({ ...one, verdict: 'pass' as const })));
    expect(all('input[name="doubtful"]')).toHaveLength(0);
    show(mixed.map(one => ({ ...one, verdict: 'fail' as const })));
    expect(all('input[name="doubtful"]')).toHaveLength(0);
  });

  test('that is set hides nothing of a report where all are right', () => {
    show(mixed);
    click('input[name="doubtful"]');
    show(mixed.map(one => ({ ...one, verdict: 'pass' as const })));
    expect(names()).toHaveLength(4);
  });
});

describe('by keyboard', () => {
  test('the arrow keys, Home and End go from row to row, and stop at the ends', () => {
    show(mixed);
    buttons()[0]!.focus();
    const went = ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowDown', 'Home', 'ArrowUp'].map(key => {
      expect(press(document.activeElement!, key)).toBe(true);
      return focused();
    });
    expect(went).toEqual(['W2', 'b1', 'W2', 'W1', 'W1', 'W10', 'W10']);
  });

  test('a row opens and closes by its button, which stays in focus', () => {
    show(mixed);
    buttons()[1]!.focus();
    click(buttons()[1]!);
    expect(buttons()[1]!.getAttribute('aria-expanded')).toBe('true');
    expect(focused()).toBe('W2');
    press(document.activeElement!, 'ArrowDown');
    expect(focused()).toBe('b1');
  });

  test('other keys, and keys within an opened row, are left alone', () => {
    show(mixed);
    buttons()[0]!.focus();
    expect(press(document.activeElement!, 'a')).toBe(false);
    expect(press(document.activeElement!, 'toString')).toBe(false);
    click(buttons()[1]!);
    const table = one('table');
    expect(press(table, 'ArrowDown')).toBe(false);
    expect(focused()).toBe('W10');
  });
});

describe('what a row says', () => {
  test('is a list of buttons with state, verdict in words and difference', () => {
    show(mixed);
    expect(one('ul').getAttribute('aria-label')).toBe('Parameters');
    expect(buttons().map(button => button.getAttribute('aria-expanded'))).toEqual(Array(4).fill('false'));
    expect(buttons().map(button => button.querySelector('.jp-gradcheck-hidden')!.textContent)).toEqual([
      'right',
      'wrong',
      'undecided',
      'wrong'
    ]);
    expect(buttons()[1]!.textContent).toContain('3.00e-01');
  });

  test('of one number says so', () => {
    show([parameter({ name: 'b', shape: [], size: 1, map: { shape: [], values: [1] } })]);
    expect(one('.jp-gradcheck-shape').textContent).toBe('one number');
  });

  test('copies its entries', () => {
    const onCopy = jest.fn();
    show(mixed, { onCopy });
    expect(all('.jp-gradcheck-copy-row')).toHaveLength(0);
    click(buttons()[1]!);
    click('.jp-gradcheck-copy-row');
    expect(onCopy).toHaveBeenCalledTimes(1);
    expect(onCopy.mock.calls[0][0]).toMatch(/^W2 \(3 x 5\): /);
  });

  test('asks for the study of its own steps, once', () => {
    const onStudy = jest.fn();
    show(mixed, { onStudy });
    click(buttons()[1]!);
    click('.jp-gradcheck-study');
    expect(onStudy.mock.calls).toEqual([['W2']]);
    show(mixed, { onStudy, studies: { W2: { kind: 'running' } } });
    expect(one<HTMLButtonElement>('.jp-gradcheck-study').disabled).toBe(true);
    show(mixed, { onStudy, studies: { W2: { kind: 'failed', message: 'The kernel is busy.' } } });
    expect(one('[role="alert"]').textContent).toBe('The kernel is busy.');
    expect(one<HTMLButtonElement>('.jp-gradcheck-study').disabled).toBe(false);
    const steps = {
      version: 1 as const,
      parameter: 'W2',
      gradient: 'dW2',
      index: [0, 0],
      derivative: 1,
      error_bound: null,
      analytic: 1,
      series: [{ precision: 'float64' as const, noise: null, chosen: null, epsilon: [1e-5, 1e-4], error: [1e-9, 1e-8] }],
      evaluations: 4,
      elapsed_seconds: 0.1,
      message: 'Look.'
    };
    show(mixed, { onStudy, studies: { W2: { kind: 'ready', steps } } });
    expect(all('.jp-gradcheck-steps-plot')).toHaveLength(1);
    expect(all('.jp-gradcheck-study')).toHaveLength(0);
  });

  test('has nothing to copy or to study where nothing was measured', () => {
    show([parameter({ name: 'W', worst: [], map: null, cause: { kind: 'missing', message: 'It is missing.' } })], {
      onCopy: jest.fn(),
      onStudy: jest.fn()
    });
    click(buttons()[0]!);
    expect(all('.jp-gradcheck-details button')).toHaveLength(0);
  });

  test('has no buttons for what cannot be done, as in an output', () => {
    show([parameter({ source: { cell_id: null, line: 3, text: 'dW2 = 1' } })]);
    click(buttons()[0]!);
    expect(all('button')).toHaveLength(1);
    expect(one('.jp-gradcheck-source').textContent).toBe('line 3: dW2 = 1');
  });
});

describe('many parameters', () => {
  test('of 500 show the wrong ones first, in parts', () => {
    show(many(500));
    expect(names()).toHaveLength(100);
    expect(names().slice(0, 11)).toEqual([...[9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(at => `W${50 * at + 49}`), 'W0']);
    expect(one('.jp-gradcheck-more').textContent).toBe('Show more: 100 of 500 are shown');
    click('.jp-gradcheck-more');
    expect(names()).toHaveLength(500);
    expect(new Set(names()).size).toBe(500);
    expect(all('.jp-gradcheck-more')).toHaveLength(0);
  });

  test('of 10,000, which is as many as a report may have, are no more to begin with', () => {
    show(many(10_000));
    expect(names()).toHaveLength(100);
    expect(host.querySelectorAll('*').length).toBeLessThan(3000);
    expect(one('.jp-gradcheck-more').textContent).toBe('Show more: 100 of 10,000 are shown');
    click('.jp-gradcheck-more');
    expect(names()).toHaveLength(600);
    click('input[name="doubtful"]');
    expect(names()).toHaveLength(200);
    expect(all('.jp-gradcheck-more')).toHaveLength(0);
  });

  test('of 100 are all there at once, in their own order', () => {
    show(many(100));
    expect(names()).toEqual(many(100).map(({ name }) => name));
  });
});

test('parameters of the same name are rows of their own', () => {
  // Long titles before names that are alike are cut, and so is what tells them apart.
  const { parameters } = good<Report>('report.causes');
  expect(new Set(parameters.map(({ name }) => name)).size).toBe(1);
  show(parameters);
  expect(names()).toHaveLength(parameters.length);
  click(buttons()[2]!);
  expect(buttons().map(button => button.getAttribute('aria-expanded'))).toEqual(
    parameters.map((_, at) => String(at === 2))
  );
  select('select[name="order"]', 'worst');
  expect(all('.jp-gradcheck-details')).toHaveLength(1);
});

describe('rows that stay as they are', () => {
  test('are open where they are not right, and have nothing to press', () => {
    show(mixed, { fixed: true });
    expect(all('.jp-gradcheck-details').map(element => element.closest<HTMLElement>('li')!.dataset['parameter'])).toEqual([
      'W2',
      'b1',
      'W1'
    ]);
    expect(all('button, select, input')).toHaveLength(0);
  });

  test('have every parameter and no dead ends, however many and large', () => {
    const large = parameter({ name: 'large', verdict: 'fail', shape: [64, 64], map: { shape: [64, 64], values: Array(4096).fill(1) } });
    show([large, ...many(500)], { fixed: true });
    expect(names()).toHaveLength(501);
    expect(all('button')).toHaveLength(0);
    expect(all('svg.jp-gradcheck-map[tabindex]')).toHaveLength(0);
    expect(one('[data-parameter="large"] svg.jp-gradcheck-map').getAttribute('aria-label')).not.toContain('keys');
  });
});
