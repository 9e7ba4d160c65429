import type { Report, Verdict } from '../src/contract';
import type { Finished } from '../src/history';
import { changeOf, gradientName, remembered } from '../src/history';
import { failing, parameter, passing } from './fixtures';

function report(verdicts: Readonly<Record<string, Verdict>>, fields: Partial<Report> = {}): Report {
  const parameters = Object.entries(verdicts).map(([name, verdict]) => parameter({ name, gradient: `d${name}`, verdict }));
  return { ...passing, parameters, ...fields };
}

describe('what has changed', () => {
  test('is told by what was wrong and what is', () => {
    const before = report({ a: 'fail', b: 'pass', c: 'fail', d: 'inconclusive', e: 'inconclusive', f: 'pass', g: 'fail' });
    const after = report({ a: 'pass', b: 'fail', c: 'fail', d: 'pass', e: 'fail', f: 'pass', g: 'inconclusive' });
    expect(changeOf(before, after)).toEqual({ mended: ['da'], broken: ['db', 'de'], still: ['dc'] });
  });

  test('is nothing between checks of the same outcome', () => {
    expect(changeOf(passing, passing)).toEqual({ mended: [], broken: [], still: [] });
  });

  test('is told of what both checked; what is new is not newly wrong', () => {
    expect(changeOf(report({ a: 'fail' }), report({ a: 'pass', b: 'fail' }))).toEqual({
      mended: ['da'],
      broken: [],
      still: []
    });
  });

  test('is not told between different functions, or where nothing is in common', () => {
    const place = { cell_id: null, line: null };
    expect(changeOf(failing, { ...passing, forward: { ...place, name: 'other' } })).toBeNull();
    expect(changeOf(failing, { ...passing, backward: { ...place, name: 'other' } })).toBeNull();
    expect(changeOf(failing, { ...passing, backward: null })).toBeNull();
    expect(changeOf(report({ a: 'fail' }), report({ b: 'fail' }))).toBeNull();
    expect(changeOf({ ...failing, backward: null }, { ...passing, backward: null })).not.toBeNull();
  });

  test('survives names that objects have', () => {
    const named = (name: string, verdict: Verdict) => report(Object.fromEntries([[name, verdict]]));
    expect(changeOf(named('constructor', 'fail'), named('constructor', 'pass'))!.mended).toEqual(['dconstructor']);
    expect(changeOf(named('a', 'pass'), named('valueOf', 'fail'))).toBeNull();
  });
});

test('a gradient is called as the code calls it, or by its parameter where that does not tell', () => {
  expect(gradientName(parameter({ name: 'W1', gradient: 'dW1' }))).toBe('dW1');
  expect(gradientName(parameter({ name: 'W1', gradient: '' }))).toBe('W1');
  expect(gradientName(parameter({ name: 'affine: w', gradient: 'dw' }))).toBe('affine: w');
});

describe('the list of checks', () => {
  const entry = (id: string, second: number): Finished => ({
    id,
    at: `2026-01-05T10:00:${String(second).padStart(2, '0')}.000+00:00`,
    report: passing
  });
  const ids = (list: readonly Finished[]) => list.map(({ id }) => id);

  test('has the newest first, whichever was learnt of last', () => {
    let list: Finished[] = [];
    for (const [id, second] of [['b', 2], ['d', 4], ['a', 1], ['c', 3]] as const) {
      list = remembered(list, entry(id, second), 10);
    }
    expect(ids(list)).toEqual(['d', 'c', 'b', 'a']);
  });

  test('has each check once, and the oldest give way', () => {
    const list = [entry('c', 3), entry('b', 2), entry('a', 1)];
    expect(ids(remembered(list, { ...entry('b', 2), report: failing }, 10))).toEqual(['c', 'b', 'a']);
    expect(remembered(list, { ...entry('b', 2), report: failing }, 10)[1]!.report).toBe(failing);
    expect(ids(remembered(list, entry('d', 4), 3))).toEqual(['d', 'c', 'b']);
    expect(ids(remembered(list, entry('old', 0), 3))).toEqual(['c', 'b', 'a']);
    expect(ids(list)).toEqual(['c', 'b', 'a']);
  });
});
