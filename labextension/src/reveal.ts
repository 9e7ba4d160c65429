/** Takes the person to the line that a gradient comes from. */

import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
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
  const index = panel.content.widgets.findIndex(({ model }) => model.id === found.cell);
  await showLine(panel.content, index, found.kind === 'found' ? found.line : null);
  return index === -1 ? 'gone' : found.kind;
}

/** Bring a cell into view, unfolded, and select a line of it; gives the cell's editor. */
export async function showLine(notebook: Notebook, index: number, line: number | null): Promise<CodeEditor.IEditor | null> {
  const cell = notebook.widgets[index];
  if (!cell) {
    return null;
  }
  NotebookActions.expandParent(cell, notebook);
  cell.inputHidden = false;
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index);
  await cell.ready;
  if (line !== null && cell.editor) {
    const text = cell.editor.getLine(line) ?? '';
    const start = { line, column: text.length - text.trimStart().length };
    notebook.mode = 'edit';
    cell.editor.setSelection({ start, end: { line, column: text.trimEnd().length } });
    cell.editor.revealPosition(start);
    cell.editor.focus();
  }
  return cell.editor;
}
