/** Which cell of a notebook a checked function stands in. */

import type { Code } from '../contract';
import { findDefinition, linesOf } from './definition';
import { murmur2 } from './murmur';

/** A code cell as it is now. */
export interface CellSource {
  id: string;
  source: string;
}

/**
 * `anchored`: in that cell, as `text`; whether it is there now is for `findDefinition` to say. `ambiguous`: several
 * cells hold it. `gone`: none does. `elsewhere`: it was never in a cell.
 */
export type Anchor = { kind: 'anchored'; cell: string; text: string } | { kind: 'ambiguous' | 'gone' | 'elsewhere' };

/**
 * The place of `code` among `cells`.
 *
 * #### Notes
 * The cell that the kernel names comes first, then the one whose source is what ran, then the only one that holds the
 * function's text. Where the kernel named a cell and the text is nowhere, the function was edited there.
 */
export function anchorOf(cells: readonly CellSource[], code: Code): Anchor {
  if (code.cell_id === null && code.cell_hash === null) {
    return { kind: 'elsewhere' };
  }
  const { text } = code;
  if (text === null) {
    return { kind: 'gone' };
  }
  const anchored = ({ id }: CellSource): Anchor => ({ kind: 'anchored', cell: id, text });
  const holding = cells.filter(({ source }) => findDefinition(source, text) !== null);
  const named = cells.find(({ id }) => id === code.cell_id);
  if (named && holding.includes(named)) {
    return anchored(named);
  }
  const unedited = code.cell_hash === null ? [] : cells.filter(({ source }) => murmur2(source) === code.cell_hash);
  if (unedited.length === 1) {
    const cell = unedited[0]!;
    const own = holding.includes(cell) ? text : ownText(cell.source, code.line, text);
    if (own !== null) {
      return { kind: 'anchored', cell: cell.id, text: own };
    }
  }
  if (holding.length === 1) {
    return anchored(holding[0]!);
  }
  if (holding.length > 1) {
    return { kind: 'ambiguous' };
  }
  return named ? anchored(named) : { kind: 'gone' };
}

/**
 * The definition as an unedited cell spells it.
 *
 * #### Notes
 * What ran is not always what stands in the cell: IPython puts calls in the place of magics, line by line, and drops
 * empty lines at the top.
 */
function ownText(source: string, line: number, text: string): string | null {
  const lines = linesOf(source);
  const dropped = lines.findIndex(each => each.trim() !== '');
  const first = dropped + line - 1;
  const ran = linesOf(text.trimEnd());
  return lines[first]?.trim() === ran[0]!.trim() ? lines.slice(first, first + ran.length).join('\n') : null;
}
