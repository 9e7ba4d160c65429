/** What nobody would write, and everybody may be sent: every view that shows it stays whole. */

import * as React from 'react';

import type { ViewProps } from '../src/components/view';
import { View } from '../src/components/view';
import type { ParameterReport, Report } from '../src/contract';
import { isReport } from '../src/report';
import type { Study } from '../src/state';
import { all, click, host, one, render } from './dom';
import { failing, parameter, passing, screened, trans } from './fixtures';

const nothing = () => undefined;

function show(report: Report, others: Partial<ViewProps> = {}): void {
  render(
    <View
      state={{ kind: 'done', id: 'check-1', report, stale: null }}
      notebook="network.ipynb"
      preset={null}
      skewed={false}
      history={[
        { id: 'check-1', at: '2026-01-05T10:05:00', report },
        { id: 'check-0', at: '2026-01-05T10:00:00', report: { ...report, parameters: report.parameters.map(mend) } }
      ]}
      studies={{}}
      options={{}}
      forecast={null}
      recheck={true}
      trans={trans}
      onRun={nothing}
      onCheck={nothing}
      onForesee={nothing}
      onStudy={nothing}
      onRecheck={nothing}
      onRecall={nothing}
      onHistory={nothing}
      onSave={nothing}
      onStop={nothing}
      onChoose={nothing}
      onBack={nothing}
      onRetry={nothing}
      onCopy={nothing}
      onReveal={nothing}
      onChangeKernel={nothing}
      {...others}
    />
  );
}

function mend(parameter: ParameterReport): ParameterReport {
  return { ...parameter, verdict: 'pass' };
}

/** Everything that can be opened. */
function openAll(): void {
  for (const button of all('button.jp-gradcheck-row')) {
    click(button);
  }
  expect(all('.jp-gradcheck-details')).toHaveLength(all('.jp-gradcheck-parameter').length);
}

/** A report in which every text is `text`. */
function saying(text: string): { report: Report; studies: Record<string, Study> } {
  const entry = { index: [0, 0], analytic: 1, numerical: 2, error_bound: 1e-9, verdict: 'fail' as const };
  const place = { name: text, cell_id: text, line: 1 };
  const wrong: ParameterReport = {
    ...parameter({ name: text, gradient: text, dtype: text, message: text, verdict: 'fail' }),
    cause: { kind: 'entries', message: text, other: text },
    source: { cell_id: text, line: 1, text },
    blind: { count: 2, nearby: 1, message: text },
    elsewhere: entry,
    sample: { analytic: [1, 2], numerical: [1, 2], verdict: ['pass', 'fail'] }
  };
  const steps: Study = {
    kind: 'ready',
    steps: {
      version: 1,
      parameter: text,
      gradient: text,
      index: [0, 0],
      derivative: 1,
      error_bound: 1e-9,
      analytic: 1,
      series: [{ precision: 'float64', noise: null, chosen: 1e-5, epsilon: [1e-6, 1e-5], error: [1e-8, null] }],
      evaluations: 4,
      elapsed_seconds: 0.1,
      message: text
    }
  };
  const report: Report = {
    ...failing,
    message: text,
    forward: place,
    backward: place,
    parameters: [wrong],
    coverage: { kind: 'screened', entries: 1, directions: 1, points: 1, message: text },
    warnings: [{ code: text, message: `${text}!` }]
  };
  return { report, studies: { [text]: steps } };
}

describe('names and sentences', () => {
  test.each([
    '<img src=x onerror="throw 1"><script>throw 1</script>',
    '</p></li></ul><h1>Gradients are right</h1>',
    '&lt;b&gt; &amp; "quoted" \'too\'',
    '${1}`%1 %2 $& $1',
    '__proto__',
    'constructor'
  ])('of markup are text everywhere: %s', text => {
    const { report, studies } = saying(text);
    show(report, { studies, notebook: text });
    openAll();
    expect(all('img, script, h1, b:not(.jp-gradcheck-difference b):not(.jp-gradcheck-warnings b)')).toHaveLength(0);
    expect(one('.jp-gradcheck-verdict').textContent).toBe(text);
    expect(one('.jp-gradcheck-name').textContent).toBe(text);
    expect(one('.jp-gradcheck-sentence').textContent).toBe(text);
    expect(one('.jp-gradcheck-parameter .jp-gradcheck-source').textContent).toBe(`line 1: ${text}`);
    expect(all('.jp-gradcheck-steps-plot')).toHaveLength(1);
  });

  test('that turn the direction of what follows are made visible everywhere', () => {
    for (const turn of ['\u202e', '\u2066', '\u202a']) {
      const { report, studies } = saying(`W${turn}x`);
      show(report, { studies, notebook: `n${turn}.ipynb` });
      openAll();
      expect(host.textContent).not.toContain(turn);
    }
  });

  test('in scripts that run from right to left are left as they are', () => {
    const name = 'وزن_الطبقة';
    show(saying(name).report);
    openAll();
    expect(one('.jp-gradcheck-name').textContent).toBe(name);
  });

  test('of 300 characters are there in full', () => {
    const name = 'W'.repeat(300);
    show(saying(name).report, { notebook: `${name}.ipynb` });
    openAll();
    expect(one('.jp-gradcheck-name').textContent).toBe(name);
    expect(one('.jp-gradcheck-notebook').textContent).toBe(`${name}.ipynb`);
  });

  test('of no character at all break nothing', () => {
    show(saying('').report, { notebook: '' });
    openAll();
    expect(all('[data-parameter=""]')).toHaveLength(1);
  });
});

describe('shapes', () => {
  const squares = () => all('svg.jp-gradcheck-map path').flatMap(path => path.getAttribute('d')!.match(/M/g) ?? []).length;

  test.each<[number[], number[], string]>([
    [[2, 3, 4, 2, 2], [2, 3, 4, 2, 2], '2 × 3 × 4 × 2 × 2'],
    [[1, 1, 7, 1, 1], [1, 1, 7, 1, 1], '1 × 1 × 7 × 1 × 1'],
    [[10_000, 10_000], [40, 79], '10000 × 10000'],
    [[100_000_000], [3052], '100000000'],
    [[3, 3, 512, 512], [3, 3, 16, 16], '3 × 3 × 512 × 512']
  ])('of %p are drawn', (shape, map, said) => {
    const count = map.reduce((product, length) => product * length, 1);
    const size = shape.reduce((product, length) => product * length, 1);
    const values = Array.from({ length: count }, (_, at) => (at % 7 === 0 ? null : at / count));
    show({ ...failing, parameters: [parameter({ shape, size, map: { shape: map, values }, verdict: 'fail' })] });
    openAll();
    expect(squares()).toBe(count);
    expect(one('.jp-gradcheck-title .jp-gradcheck-shape').textContent).toBe(said);
    // Small enough to be drawn at once, and to be saved.
    expect(host.querySelectorAll('*').length).toBeLessThan(300);
    expect(host.innerHTML.length).toBeLessThan(200_000);
  });

  test.each<[number[], ParameterReport['map']]>([
    [[0], { shape: [0], values: [] }],
    [[0, 5], { shape: [0, 5], values: [] }],
    [[3, 0, 2], null],
    [[], { shape: [], values: [0.5] }],
    [[], null]
  ])('of %p have nothing to draw', (shape, map) => {
    const counts = { pass: 0, fail: 0, inconclusive: 0 };
    show({ ...passing, parameters: [parameter({ shape, size: 0, counts, map, worst: [] })] });
    openAll();
    expect(all('svg.jp-gradcheck-map, table')).toHaveLength(0);
    expect(one('.jp-gradcheck-summary').textContent).toBe('No entry was measured one by one.');
  });
});

describe('numbers that are none', () => {
  test('are said to be none, in rows, entries and maps', () => {
    const wrong = parameter({
      verdict: 'fail',
      relative_difference: null,
      relative_error_bound: null,
      detection_limit: null,
      max_abs_error: null,
      cause: { kind: 'non-finite', message: 'dW2 has NaN in 2 entries.' },
      worst: [{ index: [0, 0], analytic: null, numerical: null, error_bound: null, verdict: 'fail' }],
      map: { shape: [1, 3], values: [null, null, 1] }
    });
    show({ ...failing, relative_difference: null, loss: null, noise: null, parameters: [wrong] });
    openAll();
    expect(one('.jp-gradcheck-difference').textContent).toContain('n/a');
    expect(one('.jp-gradcheck-number').textContent).toContain('n/a');
    expect([...one('tbody tr').children].map(cell => cell.textContent)).toEqual(['[0, 0]', 'n/a', 'n/a', '', '']);
    expect(one('.jp-gradcheck-broken').getAttribute('d')!.match(/M/g)).toHaveLength(2);
    expect(host.innerHTML).not.toMatch(/NaN(?! in 2)|Infinity|undefined|null/);
  });
});

describe('500 parameters', () => {
  const parameters = Array.from({ length: 500 }, (_, at) =>
    parameter({ name: `layer${at}: W`, gradient: `dW`, verdict: at === 499 ? 'fail' : 'pass' })
  );

  test('have the wrong one on top', () => {
    show({ ...failing, parameters });
    expect(all('.jp-gradcheck-name')[0]!.textContent).toBe('layer499: W');
    expect(one('.jp-gradcheck-change').textContent).toBe('Since 10:00:00: layer499: W newly wrong.');
  });
});

test('a report of another version is not taken for one of ours', () => {
  expect(isReport({ ...screened, version: 2 })).toBe(false);
  expect(isReport(screened)).toBe(true);
});
