/** A checked function, cells, and reports about it. */

import type { Code, ParameterReport, Report } from '../../src/contract';
import type { CellSource } from '../../src/marks/anchor';
import { murmur2 } from '../../src/marks/murmur';
import { failing } from '../fixtures';

export const BACKWARD = [
  'def backward(x, w, b):',
  '    dx = w',
  '    dw = 2 * x  # wrong',
  '    db = 4',
  '    return dx, dw, db'
].join('\n');

export function cell(id: string, source: string): CellSource {
  return { id, source };
}

export function code(fields: Partial<Code> = {}): Code {
  return { name: 'backward', line: 1, cell_id: null, cell_hash: '1', text: BACKWARD, ...fields };
}

/** One parameter, wrong by what line `line` of the first function says. */
export function wrong(gradient: string, line: number, text: string, fields: Partial<ParameterReport> = {}): ParameterReport {
  const template = failing.parameters.find(({ name }) => name === 'b1')!;
  return {
    ...template,
    name: gradient.slice(1),
    gradient,
    cause: { kind: 'scale', factor: 2, message: `${gradient} is 2 x the numerical gradient.` },
    source: { cell_id: null, line, text, code: 0 },
    ...fields
  };
}

/** dw and db are wrong. */
export function report(fields: Partial<Code> = {}): Report {
  const { line } = code(fields);
  return {
    ...failing,
    backward: { name: 'backward', cell_id: null, line },
    parameters: [
      wrong('dx', line + 1, 'dx = w', { verdict: 'pass', cause: null }),
      wrong('dw', line + 2, 'dw = 2 * x'),
      wrong('db', line + 3, 'db = 4')
    ],
    code: [code({ cell_hash: murmur2(BACKWARD), ...fields })]
  };
}
