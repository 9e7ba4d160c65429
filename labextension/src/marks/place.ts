/** Where the line of a gradient is by now. */

import type { Code, SourcePlace } from '../contract';
import type { Anchor, CellSource } from './anchor';
import { anchorOf } from './anchor';
import { findDefinition, linesOf } from './definition';

/**
 * `found`: on that line of that cell, from 0. `stale`: its function was changed there. `ambiguous`: several cells hold
 * it. `gone`: none does. `elsewhere`: it is no cell's, but another file's.
 */
export type Sought =
  | { kind: 'found'; cell: string; line: number }
  | { kind: 'stale'; cell: string }
  | { kind: 'ambiguous' | 'gone' | 'elsewhere' };

/** The line of `place`, a line of the function `code`, which was `known` to stand in a cell. */
export function findPlace(
  cells: readonly CellSource[],
  place: SourcePlace,
  code: Code | null,
  known: Anchor | null
): Sought {
  const inFile = code !== null && code.cell_id === null && code.cell_hash === null;
  if (code === null || (code.text === null && !inFile)) {
    return findLine(cells, place) ?? { kind: 'gone' };
  }
  const anchor = known ?? anchorOf(cells, code);
  if (anchor.kind !== 'anchored') {
    return { kind: anchor.kind };
  }
  const cell = cells.find(({ id }) => id === anchor.cell);
  if (!cell) {
    return { kind: 'gone' };
  }
  const first = findDefinition(cell.source, anchor.text);
  return first === null
    ? { kind: 'stale', cell: cell.id }
    : { kind: 'found', cell: cell.id, line: first + place.line - code.line };
}

/**
 * The line that spells `place`, for a kernel that does not tell its function.
 *
 * #### Notes
 * A line may have moved since; one that has been edited is not guessed.
 */
export function findLine(cells: readonly CellSource[], place: SourcePlace): Sought | null {
  const text = place.text.trim();
  const all = cells.map(({ id, source }) => ({ id, lines: linesOf(source).map(line => line.trim()) }));
  // The cell that the kernel names comes first.
  const order = [...all.filter(({ id }) => id === place.cell_id), ...all];
  for (const at of [
    (lines: readonly string[]) => (lines[place.line - 1] === text ? place.line - 1 : -1),
    (lines: readonly string[]) => lines.indexOf(text)
  ]) {
    for (const { id, lines } of order) {
      const line = at(lines);
      if (line !== -1) {
        return { kind: 'found', cell: id, line };
      }
    }
  }
  return null;
}
