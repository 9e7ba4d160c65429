import type { NotebookPanel } from '@jupyterlab/notebook';

import { locate } from '../src/locate';
import { BACKWARD, report } from './marks/fixtures';

/** As much of a notebook as is looked at: cells by what they hold, with the numbers beside them. */
function notebook(...cells: [source: string, count: number | null][]): NotebookPanel {
  const all = cells.map(([source, execution_count], index) => ({
    id: `cell-${index}`,
    type: 'code',
    sharedModel: { cell_type: 'code', execution_count, getSource: () => source }
  }));
  return { context: { model: { cells: { length: all.length, get: (at: number) => all[at] } } } } as unknown as NotebookPanel;
}

const marks = { anchorOf: () => null };
const checked = report();
/** `dw = 2 * x`, the third line of the function. */
const place = checked.parameters.find(({ name }) => name === 'w')!.source!;

test('a line is named by its cell and where it stands now', () => {
  expect(locate(notebook(['x = 1', 1], [BACKWARD, 5]), place, checked, marks)).toEqual({ line: 3, cell: 5 });
  expect(locate(notebook(['x = 1', 1], [`# a\n# b\n${BACKWARD}`, 5]), place, checked, marks)).toEqual({ line: 5, cell: 5 });
  expect(locate(notebook([BACKWARD, null]), place, checked, marks)).toEqual({ line: 3, cell: null });
});

test('a line of a function that was changed has no place now', () => {
  const edited = notebook(['x = 1', 1], [BACKWARD.replace('2 * x', '3 * x'), 5]);
  expect(locate(edited, place, checked, marks)).toEqual({ line: null, cell: null });
  const known = { anchorOf: () => ({ kind: 'anchored' as const, cell: 'cell-1', text: BACKWARD }) };
  expect(locate(edited, place, checked, known)).toEqual({ line: null, cell: 5 });
});

test('nothing is known without a notebook, of another report, or of a line in a file', () => {
  expect(locate(null, place, checked, marks)).toBeNull();
  expect(locate(notebook([BACKWARD, 5]), { ...place }, checked, marks)).toBeNull();
  const file = report({ cell_id: null, cell_hash: null });
  expect(locate(notebook([BACKWARD, 5]), file.parameters[1]!.source!, file, marks)).toBeNull();
});
