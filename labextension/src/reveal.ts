/** Takes the person to the line that a gradient comes from. */

import type { NotebookPanel } from '@jupyterlab/notebook';

import type { SourcePlace } from './contract';

/** Show `place` in `panel`; nothing happens where the line is no longer there. */
export async function reveal(panel: NotebookPanel | null, place: SourcePlace): Promise<void> {
  if (panel === null) {
    return;
  }
  const notebook = panel.content;
  const sources = notebook.widgets.map(({ model }) => ({
    id: model.id,
    lines: model.type === 'code' ? model.sharedModel.getSource().split('\n') : []
  }));
  const found = findLine(sources, place);
  const cell = found && notebook.widgets[found.cell];
  if (!found || !cell) {
    return;
  }
  notebook.activeCellIndex = found.cell;
  await notebook.scrollToItem(found.cell);
  await cell.ready;
  if (cell.editor) {
    const text = cell.editor.getLine(found.line) ?? '';
    const start = { line: found.line, column: text.length - text.trimStart().length };
    notebook.mode = 'edit';
    cell.editor.setSelection({ start, end: { line: found.line, column: text.length } });
    cell.editor.revealPosition(start);
    cell.editor.focus();
  }
}

export interface CellSource {
  id: string;
  lines: readonly string[];
}

/**
 * Where the line is by now, both counted from 0, or null when it is gone.
 *
 * #### Notes
 * The kernel knows a cell's id only where the package was loaded before the cell ran; else the cell is found by the
 * text of the line. A line may have moved since; one that has been edited is not guessed.
 */
export function findLine(cells: readonly CellSource[], place: SourcePlace): { cell: number; line: number } | null {
  const text = place.text.trim();
  const own = cells.findIndex(cell => cell.id === place.cell_id);
  const order = [...(own === -1 ? [] : [own]), ...cells.keys()];
  for (const at of [
    (lines: readonly string[]) => (lines[place.line - 1]?.trim() === text ? place.line - 1 : -1),
    (lines: readonly string[]) => lines.findIndex(line => line.trim() === text)
  ]) {
    for (const cell of order) {
      const line = at(cells[cell]!.lines);
      if (line !== -1) {
        return { cell, line };
      }
    }
  }
  return null;
}
