/** What a report says is wrong, by the lines that it comes from. */

import type { Report } from '../contract';
import { linesOf } from './definition';

/** A gradient that is wrong. */
export interface Finding {
  gradient: string;
  message: string;
  difference: number | null;
}

/** A line of a function, counted from the function's first, that wrong gradients come from. */
export interface WrongLine {
  /** The function, as its place in the report's code. */
  code: number;
  offset: number;
  findings: readonly Finding[];
}

/**
 * The lines that the wrong gradients of `report` come from.
 *
 * #### Notes
 * Only what is certain: a gradient that is undecided, or whose line is not where the report says, has none.
 */
export function wrongLines(report: Report): WrongLine[] {
  const found = new Map<string, WrongLine & { findings: Finding[] }>();
  for (const { verdict, source, gradient, cause, message, relative_difference: difference } of report.parameters) {
    const at = source?.code ?? null;
    const code = at === null ? undefined : report.code?.[at];
    if (verdict !== 'fail' || !source || at === null || !code || code.text === null) {
      continue;
    }
    const offset = source.line - code.line;
    if (!linesOf(code.text)[offset]?.includes(source.text.trim())) {
      continue;
    }
    const key = `${at} ${offset}`;
    const line = found.get(key) ?? { code: at, offset, findings: [] };
    line.findings.push({ gradient, message: cause?.message ?? message, difference });
    found.set(key, line);
  }
  return [...found.values()];
}
