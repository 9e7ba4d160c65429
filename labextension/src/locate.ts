/** Where the line of a gradient stands in a notebook by now, in the words of whoever looks for it. */

import type { NotebookPanel } from '@jupyterlab/notebook';

import type { Code, Report, SourcePlace } from './contract';
import type { MarkBoard } from './marks/board';
import { sourcesOf } from './marks/board';
import { findPlace } from './marks/place';

/** `line` counts from 1 within its cell; null where the function was changed since, or is not in the notebook. */
export interface Located {
  line: number | null;
  /** The number that stands beside the cell, as in `[5]`; null where none does. */
  cell: number | null;
}

/** The place in `panel` of a line of `report`; null where nothing is known of it. */
export function locate(
  panel: NotebookPanel | null,
  place: SourcePlace,
  report: Report,
  marks: Pick<MarkBoard, 'anchorOf'>
): Located | null {
  const code = codeOf(place, report);
  if (panel === null || code === null) {
    return null;
  }
  const found = findPlace(sourcesOf(panel), place, code, marks.anchorOf(panel, code));
  switch (found.kind) {
    case 'found':
      return { line: found.line + 1, cell: countOf(panel, found.cell) };
    case 'stale':
      return { line: null, cell: countOf(panel, found.cell) };
    case 'gone':
    case 'ambiguous':
      return { line: null, cell: null };
    case 'elsewhere':
      return null;
  }
}

/** The function that `place` is in; null where the report is another one than the place's. */
export function codeOf(place: SourcePlace, report: Report | null): Code | null {
  const own = report?.parameters.some(({ source }) => source === place) ?? false;
  return (own && report?.code?.[place.code ?? -1]) || null;
}

function countOf(panel: NotebookPanel, id: string): number | null {
  const cells = panel.context.model.cells;
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells.get(index);
    if (cell.id === id) {
      return 'execution_count' in cell.sharedModel ? cell.sharedModel.execution_count : null;
    }
  }
  return null;
}
