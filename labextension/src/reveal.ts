/** Takes the person to the line that a gradient comes from. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';

import type { Code, SourcePlace } from './contract';
import type { Anchor } from './marks/anchor';
import { sourcesOf } from './marks/board';
import type { Sought } from './marks/place';
import { findPlace } from './marks/place';

/** What a person asks for who asks to see a line; `known` is where its function was found before. */
export interface Target {
  place: SourcePlace;
  code: Code | null;
  known: Anchor | null;
}

/**
 * Show a line in `panel` and select it; say what became of it.
 *
 * #### Notes
 * Of a function that was changed the cell is shown and nothing is selected: a line that was edited is not guessed.
 */
export async function reveal(panel: NotebookPanel, { place, code, known }: Target): Promise<Sought['kind']> {
  const found = findPlace(sourcesOf(panel), place, code, known);
  if (found.kind !== 'found' && found.kind !== 'stale') {
    return found.kind;
  }
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(({ model }) => model.id === found.cell);
  const cell = notebook.widgets[index];
  if (!cell) {
    return 'gone';
  }
  NotebookActions.expandParent(cell, notebook);
  cell.inputHidden = false;
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index);
  await cell.ready;
  if (found.kind === 'found' && cell.editor) {
    const text = cell.editor.getLine(found.line) ?? '';
    const start = { line: found.line, column: text.length - text.trimStart().length };
    notebook.mode = 'edit';
    cell.editor.setSelection({ start, end: { line: found.line, column: text.trimEnd().length } });
    cell.editor.revealPosition(start);
    cell.editor.focus();
  }
  return found.kind;
}
