/** A report's parameter as text, for a clipboard: columns with tabs between, as spreadsheets take them. */

import type { ParameterReport } from './contract';

export function parameterText(parameter: ParameterReport): string {
  const lines = [
    `${parameter.name} (${parameter.shape.join(' x ') || 'one number'}): ${parameter.message}`,
    ['entry', 'yours', 'numerical', 'known to +-', 'yours / numerical', 'verdict'].join('\t'),
    ...parameter.worst.map(entry =>
      [
        `[${entry.index.join(', ')}]`,
        numberText(entry.analytic),
        numberText(entry.numerical),
        numberText(entry.error_bound),
        numberText(ratioOf(entry)),
        entry.verdict
      ].join('\t')
    )
  ];
  return lines.join('\n');
}

/** Claimed through measured gradient; null where that says nothing. */
export function ratioOf(entry: { analytic: number | null; numerical: number | null }): number | null {
  const { analytic, numerical } = entry;
  return analytic === null || numerical === null || numerical === 0 ? null : analytic / numerical;
}

function numberText(value: number | null): string {
  return value === null ? 'n/a' : String(value);
}
