import * as React from 'react';

import { Options } from '../src/components/options';
import type { CheckOptions } from '../src/contract';
import { numberOf } from '../src/options';
import { all, click, one, render, select, type } from './dom';
import { good, trans } from './fixtures';

/** What would be sent, as the form is filled in. */
let sent: CheckOptions;

function Form(props: { options: CheckOptions }): JSX.Element {
  const [options, setOptions] = React.useState(props.options);
  sent = options;
  return <Options options={options} trans={trans} onChange={setOptions} />;
}

function show(options: CheckOptions = {}): void {
  render(<Form key={JSON.stringify(options)} options={options} />);
}

const field = (name: string) => one<HTMLInputElement>(`input[name="${name}"]`);
const fill = (name: string, text: string) => type(`input[name="${name}"]`, text);
const said = (name: string) => document.getElementById(field(name).getAttribute('aria-describedby')!)!.textContent!;

const WHOLE = { least: null, most: 1e9, whole: true };
const ANY = { least: null, most: 1e6, whole: false };

describe('a number that was typed', () => {
  test.each([
    ['1e-7', 1e-7],
    [' 0.5 ', 0.5],
    ['.5', 0.5],
    ['1E6', 1e6],
    // As it is written where many of the readers live.
    ['0,001', 0.001],
    ['1,5', 1.5]
  ])('%p is %p', (text, value) => {
    expect(numberOf(text, ANY)).toBe(value);
  });

  test.each(['', ' ', '0', '-1', 'abc', '1e7', 'NaN', 'Infinity', '1e999', '1 000', '1,2,3', '1..2', '--1', '5%', '0x10'])(
    '%p is none',
    text => {
      expect(numberOf(text, ANY)).toBeNull();
    }
  );

  test('is whole where it must be', () => {
    expect(numberOf('1.5', WHOLE)).toBeNull();
    expect(numberOf('1,5', WHOLE)).toBeNull();
    expect(numberOf('1e3', WHOLE)).toBe(1000);
    expect(numberOf('1e10', WHOLE)).toBeNull();
  });

  test('with marks between its thousands is never taken for a thousandth of itself', () => {
    // The panel itself writes 10,161.
    expect(numberOf('10,000', WHOLE)).toBe(10_000);
    expect(numberOf('1,000,000', WHOLE)).toBe(1_000_000);
    expect(numberOf('1,0000', WHOLE)).toBeNull();
    // Who writes so may mean either.
    expect(numberOf('1,000', ANY)).toBeNull();
  });

  test('may be zero where that means something', () => {
    const range = { least: 0, most: 20, whole: true };
    expect(numberOf('0', range)).toBe(0);
    expect(numberOf('20', range)).toBe(20);
    expect(numberOf('21', range)).toBeNull();
    expect(numberOf('-1', range)).toBeNull();
    expect(numberOf('', range)).toBeNull();
  });
});

describe('the options', () => {
  test('send nothing that was left as it is', () => {
    show();
    expect(sent).toEqual({});
    expect(one('summary').textContent).toBe('Options');
    expect(one<HTMLDetailsElement>('details').open).toBe(false);
  });

  test('send what was set, and the count of it can be seen while they are folded', () => {
    show();
    select('select[name="method"]', 'central');
    select('select[name="backend"]', 'numpy');
    fill('epsilon', '1e-7');
    fill('threshold', '2e-7');
    expect({ options: sent }).toEqual({
      options: { method: 'central', backend: 'numpy', epsilon: 1e-7, threshold: 2e-7 }
    });
    expect(one('summary').textContent).toBe('Options (4 set)');
  });

  test('send a budget as the contract has it', () => {
    show();
    fill('tolerance', '1e-6');
    fill('max_evaluations', '2000');
    fill('max_seconds', '1.5');
    fill('points', '0');
    click('input[name="strict"]');
    click('input[name="lift"]');
    expect({ options: sent }).toEqual(good('request.budget'));
  });

  test('that are set back are sent no more', () => {
    show({ method: 'central', backend: 'numpy', epsilon: 1e-7, strict: true, lift: false, points: 0 });
    select('select[name="method"]', 'auto');
    select('select[name="backend"]', 'auto');
    fill('epsilon', '');
    fill('points', ' ');
    click('input[name="strict"]');
    click('input[name="lift"]');
    expect(sent).toEqual({});
    expect('epsilon' in sent).toBe(false);
  });

  test('show what they start from', () => {
    show({ method: 'complex-step', epsilon: 1e-7, points: 0, lift: false, max_evaluations: null });
    expect(one<HTMLSelectElement>('select[name="method"]').value).toBe('complex-step');
    expect(field('epsilon').value).toBe('1e-7');
    expect(field('points').value).toBe('0');
    expect(field('max_evaluations').value).toBe('');
    expect(field('lift').checked).toBe(false);
    expect(field('strict').checked).toBe(false);
  });

  test.each([
    ['epsilon', '0', 'A number above 0, at most 1000000, or nothing.'],
    ['tolerance', '1', 'A number above 0, at most 0.999, or nothing.'],
    ['threshold', 'small', 'A number above 0, at most 1, or nothing.'],
    ['max_evaluations', '0.5', 'A whole number from 1 to 1000000000, or nothing.'],
    ['max_seconds', '-1', 'A number above 0, at most 1000000, or nothing.'],
    ['points', '21', 'A whole number from 0 to 20, or nothing.']
  ])('of %s tell that %p is none, and do not send it', (name, text, help) => {
    show();
    const before = said(name);
    fill(name, text);
    expect(field(name).getAttribute('aria-invalid')).toBe('true');
    expect(said(name)).toBe(help);
    expect(sent).toEqual({});
    // What was typed stays to be mended.
    expect(field(name).value).toBe(text);
    fill(name, '');
    expect(field(name).getAttribute('aria-invalid')).toBe('false');
    expect(said(name)).toBe(before);
  });

  test('that were valid and no longer are, are not sent either', () => {
    show({ epsilon: 1e-7 });
    fill('epsilon', '1e-7x');
    expect(sent).toEqual({});
    fill('epsilon', '1e-6');
    expect(sent).toEqual({ epsilon: 1e-6 });
  });

  test('have a name and a sentence each', () => {
    show();
    for (const element of all<HTMLInputElement>('input, select')) {
      const label = element.closest('label')!;
      expect(label.textContent!.length).toBeGreaterThan(20);
    }
  });
});
