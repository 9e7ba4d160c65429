/** Takes the person to the line that a gradient comes from. */

import type { NotebookPanel } from '@jupyterlab/notebook';

import type { SourcePlace } from './contract';

/** Show `place` in `panel`; nothing happens when its cell is no longer there. */
export async function reveal(panel: NotebookPanel | null, place: SourcePlace): Promise<void> {
  const notebook = panel?.content;
  const index = notebook?.widgets.findIndex(cell => cell.model.id === place.cell_id) ?? -1;
  const cell = notebook?.widgets[index];
  if (!notebook || !cell) {
    return;
  }
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index);
  await cell.ready;
  const line = lineOf(cell.model.sharedModel.getSource().split('\n'), place);
  if (line !== null && cell.editor) {
    notebook.mode = 'edit';
    cell.editor.setCursorPosition({ line, column: 0 });
    cell.editor.revealPosition({ line, column: 0 });
    cell.editor.focus();
  }
}

/** Where the line is by now, from 0: at its old place, else where its text stands; null when it is gone. */
export function lineOf(lines: readonly string[], place: SourcePlace): number | null {
  const text = place.text.trim();
  const is = (line: string | undefined) => line?.trim() === text;
  if (is(lines[place.line - 1])) {
    return place.line - 1;
  }
  const found = lines.findIndex(is);
  return found === -1 ? null : found;
}
