import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import { ReportView } from '../src/components/report';
import type { Report } from '../src/contract';
import { isReport } from '../src/report';
import { good, screened, trans } from './fixtures';

const GOOD = readdirSync(join(__dirname, '..', '..', 'tests', 'contract', 'good'))
  .filter(name => name.startsWith('report.'))
  .map(name => name.replace(/\.json$/, ''));

/** A report that has everything a report may have, in little. */
const whole: Report = {
  ...screened,
  code: [{ name: 'backward', line: 1, cell_id: null, cell_hash: null, text: null }],
  parameters: [
    {
      ...screened.parameters[0]!,
      relative_error_bound: 1e-8,
      sample: { analytic: [1, 2, -3], numerical: [1, 2.5, -3], verdict: ['pass', 'fail', 'inconclusive'] },
      blind: screened.parameters[1]!.blind!,
      elsewhere: screened.parameters[2]!.elsewhere!
    }
  ]
};

/** The components as a saved page has them, with what is wrong opened. */
function draw(report: Report): string {
  return renderToStaticMarkup(<ReportView report={report} trans={trans} fixed />);
}

test.each(GOOD)('%s is one, and can be shown', name => {
  const report: unknown = good(name);
  expect(isReport(report)).toBe(true);
  expect(draw(report as Report)).toContain('jp-gradcheck-verdict');
});

test('there are reports to try', () => {
  expect(GOOD.length).toBeGreaterThan(5);
  expect(isReport(whole)).toBe(true);
});

type Path = readonly (string | number)[];

/** A copy of `data` with `value` in this place; left out where it is undefined. */
function changed(data: unknown, path: Path, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(data)) as Record<string | number, unknown>;
  let inner = copy;
  for (const key of path.slice(0, -1)) {
    inner = inner[key] as Record<string | number, unknown>;
  }
  inner[path[path.length - 1]!] = value;
  return JSON.parse(JSON.stringify(copy));
}

const ENTRY: Path = ['parameters', 0, 'worst', 0];
const MAP: Path = ['parameters', 0, 'map'];
const SAMPLE: Path = ['parameters', 0, 'sample'];

test.each<[string, Path, unknown]>([
  ['another version', ['version'], 2],
  ['a version as text', ['version'], '1'],
  ['no version', ['version'], undefined],
  ['an unknown verdict', ['verdict'], 'maybe'],
  ['a verdict that objects have', ['verdict'], 'constructor'],
  ['a message that is none', ['message'], { html: '<b>' }],
  ['no message', ['message'], null],
  ['a count of evaluations as text', ['evaluations'], '104'],
  ['no time', ['elapsed_seconds'], null],
  ['no forward function', ['forward'], null],
  ['a function without a name', ['forward', 'name'], undefined],
  ['a backward function that is a list', ['backward'], []],
  ['a coverage without words', ['coverage', 'message'], undefined],
  ['a lifted precision that is none', ['lifted'], { toString: 1 }],
  ['a precision that is none', ['precision'], ['float64']],
  ['warnings that are no list', ['warnings'], {}],
  ['a warning that is text', ['warnings', 0], 'careful'],
  ['parameters that are no list', ['parameters'], { length: 1 }],
  ['a parameter that is none', ['parameters', 0], null],
  ['a parameter without a name', ['parameters', 0, 'name'], undefined],
  ['a parameter of an unknown verdict', ['parameters', 0, 'verdict'], 'PASS'],
  ['a shape as text', ['parameters', 0, 'shape'], '3x5'],
  ['a shape of text', ['parameters', 0, 'shape'], ['3', '5']],
  ['no counts', ['parameters', 0, 'counts'], null],
  ['half the counts', ['parameters', 0, 'counts', 'fail'], undefined],
  ['no list of entries', ['parameters', 0, 'worst'], null],
  ['an entry in no place', [...ENTRY, 'index'], undefined],
  ['an entry whose bound is not told', [...ENTRY, 'error_bound'], undefined],
  ['an entry whose bound is text', [...ENTRY, 'error_bound'], '1e-9'],
  ['an entry that is text', [...ENTRY, 'analytic'], '1.8'],
  ['an entry of an unknown verdict', [...ENTRY, 'verdict'], { toString: 1 }],
  ['a map without a shape', [...MAP, 'shape'], undefined],
  ['a map of text', [...MAP, 'values'], ['1', '2', '3', '4']],
  ['a map of more squares than values', [...MAP, 'shape'], [1e5, 1e5]],
  ['a map of sides below nothing', [...MAP, 'shape'], [-2, -2]],
  ['a map of half squares', [...MAP, 'shape'], [0.5, 8]],
  ['a map that is too large', [...MAP], { shape: [100, 100], values: Array(10_000).fill(0) }],
  ['no map and no null in its place', [...MAP], undefined],
  ['a sample without half of it', [...SAMPLE, 'numerical'], undefined],
  ['a sample of two lengths', [...SAMPLE, 'numerical'], [1]],
  ['a sample that is no list', [...SAMPLE, 'analytic'], 'abc'],
  ['a sample that is too large', [...SAMPLE], { analytic: Array(200_000).fill(1), numerical: Array(200_000).fill(1), verdict: Array(200_000).fill('pass') }],
  ['a source without its text', ['parameters', 0, 'source', 'text'], undefined],
  ['a source that is text', ['parameters', 0, 'source'], 'dW1 = 1'],
  ['a blind spot without a count', ['parameters', 0, 'blind', 'nearby'], undefined],
  ['a blind spot without words', ['parameters', 0, 'blind', 'message'], 7],
  ['an entry elsewhere that is none', ['parameters', 0, 'elsewhere'], { index: 3 }],
  ['a limit as text', ['parameters', 0, 'detection_limit'], 'none'],
  ['a difference as text', ['parameters', 0, 'relative_difference'], '0.3']
])('what has %s is none', (_, path, value) => {
  expect(isReport(changed(whole, path, value))).toBe(false);
});

test.each([null, undefined, 0, '', 'report', true, [], [whole], {}, { version: 1 }, () => whole, Symbol('report'), NaN])(
  '%p is none',
  data => {
    expect(isReport(data)).toBe(false);
  }
);

/** Every place in `data`, of lists only the first. */
function* places(data: unknown, path: Path = []): Generator<Path> {
  if (typeof data === 'object' && data !== null) {
    for (const key of Array.isArray(data) ? [...data.keys()].slice(0, 1) : Object.keys(data)) {
      yield [...path, key];
      yield* places((data as Record<string | number, unknown>)[key], [...path, key]);
    }
  }
}

test('whatever is put in any place of a report, what is taken for one can be shown', () => {
  const junk: unknown[] = [undefined, null, true, -1, 0.5, 1e300, '', '<img src=x>', [], [[]], [null], {}, { toString: 1 }, { length: 9 }];
  let shown = 0;
  for (const path of places(whole)) {
    for (const value of junk) {
      const report = changed(whole, path, value);
      if (isReport(report)) {
        shown += 1;
        try {
          expect(draw(report)).not.toContain('<img');
        } catch (error) {
          throw new Error(`${JSON.stringify(value)} in ${path.join('.')}: ${String(error)}`);
        }
      }
    }
  }
  expect(shown).toBeGreaterThan(100);
  // Hundreds of drawings take seconds, and more on a machine that is busy.
}, 60_000);
