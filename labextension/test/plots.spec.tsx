import * as React from 'react';

import { DifferenceBar } from '../src/components/bar';
import { Scatter } from '../src/components/scatter';
import { StepPlot } from '../src/components/study';
import type { Sample, StepSeries, StepStudy } from '../src/contract';
import { all, host, one, render } from './dom';
import { good, trans } from './fixtures';

/** Where the subpaths of a path begin. */
function starts(path: Element): [number, number][] {
  return [...path.getAttribute('d')!.matchAll(/M(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

function numbers(element: Element): number[] {
  return (element.getAttribute('d')!.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? []).map(Number);
}

describe('the scatter', () => {
  const sample: Sample = {
    analytic: [0, 1, 1, -1],
    numerical: [0, 1, 0.5, 1],
    verdict: ['pass', 'pass', 'inconclusive', 'fail']
  };
  const dots = (verdict: string) => one(`.jp-gradcheck-dots[data-verdict="${verdict}"]`);

  test('has a mark for each entry, of a shape of its own for each verdict', () => {
    render(<Scatter sample={sample} trans={trans} />);
    expect(starts(dots('pass'))).toHaveLength(2);
    expect(starts(dots('inconclusive'))).toHaveLength(1);
    expect(starts(dots('fail'))).toHaveLength(1);
    const shape = (verdict: string) => dots(verdict).getAttribute('d')!.match(/^M\S+ \S+?([a-z].*?)(?:M|$)/)![1];
    expect(new Set(['pass', 'fail', 'inconclusive'].map(shape)).size).toBe(3);
    // What is wrong lies on top.
    expect(all('.jp-gradcheck-dots').map(path => path.dataset['verdict'])).toEqual(['pass', 'inconclusive', 'fail']);
  });

  test('has what agrees on the line, and what does not beside it', () => {
    render(<Scatter sample={sample} trans={trans} />);
    const [[left, foot], [right, top]] = [
      ...one('.jp-gradcheck-identity').getAttribute('d')!.matchAll(/[ML](\d+) (\d+)/g)
    ].map(([, x, y]) => [Number(x), Number(y)]) as [[number, number], [number, number]];
    const off = ([x, y]: readonly number[]) => Math.abs((x! - left) / (right - left) - (foot - y!) / (foot - top));
    // A dot begins at its left end, two units beside its middle.
    for (const [x, y] of starts(dots('pass'))) {
      expect(off([x + 2, y])).toBeLessThan(0.01);
    }
    const [x, y] = starts(dots('fail'))[0]!;
    expect(off([x + 3, y + 3])).toBeGreaterThan(0.5);
  });

  test('shows where zero is, if it lies within', () => {
    render(<Scatter sample={sample} trans={trans} />);
    expect(all('.jp-gradcheck-zero')).toHaveLength(1);
    render(<Scatter sample={{ analytic: [1, 2], numerical: [1, 2], verdict: ['pass', 'pass'] }} trans={trans} />);
    expect(all('.jp-gradcheck-zero')).toHaveLength(0);
    expect(one('figcaption').textContent).toContain('from 1 to 2');
  });

  test.each<[string, Sample]>([
    ['all alike', { analytic: [2, 2], numerical: [2, 2], verdict: ['pass', 'pass'] }],
    ['all zero', { analytic: [0, 0], numerical: [0, 0], verdict: ['pass', 'pass'] }],
    ['far apart', { analytic: [1e300, -1e300], numerical: [1e-300, 0], verdict: ['fail', 'fail'] }]
  ])('of entries that are %s stays within its frame', (_, extreme) => {
    render(<Scatter sample={extreme} trans={trans} />);
    for (const path of all('.jp-gradcheck-dots')) {
      for (const [x, y] of starts(path)) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x, y)).toBeLessThanOrEqual(200);
      }
    }
    expect(all('path').map(path => path.getAttribute('d')).join()).not.toMatch(/NaN|Infinity/);
    expect(all('.jp-gradcheck-dots').flatMap(starts)).toHaveLength(2);
  });

  test('of fewer than two entries is none', () => {
    render(<Scatter sample={{ analytic: [1], numerical: [1], verdict: ['pass'] }} trans={trans} />);
    expect(host.textContent).toBe('');
    render(<Scatter sample={{ analytic: [], numerical: [], verdict: [] }} trans={trans} />);
    expect(host.textContent).toBe('');
  });
});

describe('the plot of steps', () => {
  const series: StepSeries = {
    precision: 'float64',
    noise: 1e-16,
    chosen: 1e-5,
    epsilon: [1e-10, 1e-8, 1e-6, 1e-4, 1e-2],
    error: [1e-5, 1e-8, 1e-10, 1e-8, 1e-4]
  };
  const study: StepStudy = {
    version: 1,
    parameter: 'W2',
    gradient: 'dW2',
    index: [2, 0],
    derivative: 0.5,
    error_bound: 1e-10,
    analytic: 1,
    series: [series],
    evaluations: 60,
    elapsed_seconds: 0.1,
    message: 'The error is least near 1e-6.'
  };
  const draw = (fields: Partial<StepStudy> = {}) => render(<StepPlot study={{ ...study, ...fields }} trans={trans} />);
  const line = (at = 0) => one(`svg[role="img"] .jp-gradcheck-series[data-series="${at}"] path:not([class])`);
  const points = (at = 0) =>
    [...line(at).getAttribute('d')!.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

  test('is a curve through every step, the larger error higher up', () => {
    draw();
    const drawn = points();
    expect(drawn).toHaveLength(5);
    expect(line().getAttribute('d')!.match(/M/g)).toHaveLength(1);
    const [xs, ys] = [drawn.map(([x]) => x!), drawn.map(([, y]) => y!)];
    expect([...xs].sort((one, other) => one - other)).toEqual(xs);
    expect(ys.indexOf(Math.max(...ys))).toBe(2);
    expect(ys[4]!).toBeLessThan(ys[0]!);
    expect(host.textContent).toContain(study.message);
    expect(host.textContent).toContain('relative error at W2[2, 0].');
  });

  test('is interrupted where the loss said nothing', () => {
    draw({ series: [{ ...series, error: [null, 1e-8, null, 1e-8, 1e-4] }] });
    expect(line().getAttribute('d')).toMatch(/^M\S+ \S+M\S+ \S+L\S+ \S+$/);
    draw({ series: [{ ...series, error: [null, null, null, null, null] }] });
    expect(line().getAttribute('d')).toBe('');
  });

  test('marks the step that was chosen', () => {
    draw();
    const [x] = numbers(one('.jp-gradcheck-chosen'));
    const [, , before, after] = points();
    expect(x!).toBeGreaterThan(before![0]!);
    expect(x!).toBeLessThan(after![0]!);
    expect(one('.jp-gradcheck-legend').textContent).toContain('1.00e-05');
    draw({ series: [{ ...series, chosen: null }] });
    expect(all('.jp-gradcheck-chosen')).toHaveLength(0);
    expect(one('.jp-gradcheck-legend').textContent!.trim()).toBe('float64');
  });

  test('promises no mark that is not drawn', () => {
    draw({ series: [{ ...series, chosen: 1 }] });
    expect(all('.jp-gradcheck-chosen')).toHaveLength(0);
    expect(one('.jp-gradcheck-legend').textContent).not.toContain('dashed');
    expect(one('.jp-gradcheck-legend').textContent).toContain('1.00e+00');
  });

  test('has a curve and a line of the legend for each precision', () => {
    draw({ series: [{ ...series, precision: 'float32', chosen: 1e-3 }, series] });
    expect(points(1)).toHaveLength(5);
    expect(all('.jp-gradcheck-legend li').map(item => item.textContent!.trim().split(';')[0])).toEqual([
      'float32',
      'float64'
    ]);
  });

  test('greys what lies below the error of what the errors are from', () => {
    draw({ error_bound: 1e-9 });
    const ground = one('.jp-gradcheck-unknown');
    const lowest = Math.max(...points().map(([, y]) => y!));
    expect(Number(ground.getAttribute('y'))).toBeLessThan(lowest);
    draw({ error_bound: null });
    expect(all('.jp-gradcheck-unknown')).toHaveLength(0);
  });

  test('of a derivative of zero has the bound itself, as its errors are absolute', () => {
    draw({ derivative: 0, error_bound: 1e-9 });
    expect(all('.jp-gradcheck-unknown')).toHaveLength(1);
    expect(host.textContent).not.toContain('relative');
  });

  test.each<[string, StepSeries]>([
    ['an error of nothing at all', { ...series, error: [0, 0, 0, 0, 0] }],
    ['a single step', { ...series, epsilon: [1e-5], error: [1e-8] }],
    ['errors beyond all measure', { ...series, error: [1e300, 1e-300, 1, 1, 1] }]
  ])('takes %s', (_, extreme) => {
    draw({ series: [extreme] });
    for (const [x, y] of points()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(260);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(180);
    }
    expect(all('.jp-gradcheck-axis').length).toBeLessThanOrEqual(10);
    expect(host.innerHTML).not.toMatch(/NaN|Infinity/);
  });

  test.each(['steps.float64', 'steps.float32_lifted'])('draws what the kernel measures: %s', name => {
    const measured = good<StepStudy>(name);
    draw(measured);
    measured.series.forEach(({ error, epsilon, chosen }, at) => {
      const known = epsilon.filter((_, step) => error[step] !== null);
      const xs = points(at).map(([x]) => x!);
      expect(xs).toHaveLength(known.length);
      // The mark stands among the steps as the chosen one does.
      const [x] = numbers(all('.jp-gradcheck-chosen')[at]!);
      expect(xs.filter(one => one < x! - 0.1)).toHaveLength(known.filter(step => step < chosen! * 0.999).length);
    });
    expect(all('.jp-gradcheck-chosen')).toHaveLength(measured.series.length);
    expect(host.innerHTML).not.toMatch(/NaN|Infinity/);
  });

  test('of a single number names no place, and is not turned round by a name', () => {
    draw({ parameter: 'b\u202ea', index: [] });
    expect(host.textContent).toContain('error at b⟨U+202E⟩a.');
    expect(host.textContent).not.toContain('\u202e');
  });
});

describe('the bar of a relative difference', () => {
  const draw = (difference: number | null, bound: number | null) =>
    render(<DifferenceBar difference={difference} bound={bound} trans={trans} />);
  const fill = () => one('.jp-gradcheck-scale-fill').style.width;

  test('is logarithmic, with the error bound marked', () => {
    draw(1e-8, 1e-12);
    expect(fill()).toBe('50%');
    expect(one('.jp-gradcheck-scale-mark').style.left).toBe('25%');
    expect(one('.jp-gradcheck-scale').title).toContain('1.00e-12');
  });

  test('is full where there is no number, and has no mark where no bound is known', () => {
    draw(null, null);
    expect(fill()).toBe('100%');
    expect(all('.jp-gradcheck-scale-mark')).toHaveLength(0);
    draw(0, 0);
    expect(fill()).toBe('0%');
    expect(all('.jp-gradcheck-scale-mark')).toHaveLength(0);
  });
});
