/** A function's definition, as it ran, in the source of a cell, as it is now. */

/** As CodeMirror and Python both count lines, whatever ends them. */
export function linesOf(source: string): string[] {
  return source.split(/\r\n?|\n/);
}

/**
 * The line of `source`, from 0, that the definition `text` begins on; null where it is not there as it was.
 *
 * #### Notes
 * Of several the last counts: it is the one that Python kept. Blanks at the end of a line mean nothing. A definition
 * that goes on below what ran is another one.
 */
export function findDefinition(source: string, text: string): number | null {
  const wanted = linesOf(text.trimEnd()).map(line => line.trimEnd());
  if (!source.includes(wanted[0]!)) {
    return null;
  }
  const lines = linesOf(source).map(line => line.trimEnd());
  const margin = indentOf(lines.find(line => line !== '') ?? '');
  for (let first = lines.length - wanted.length; first >= 0; first -= 1) {
    const there = wanted.every((line, at) => isLine(lines[first + at]!, line, margin));
    if (there && !goesOn(lines.slice(first), wanted.length)) {
      return first;
    }
  }
  return null;
}

/** Whether `line` of a cell ran as `ran`: IPython takes off the indent that a whole cell has. */
function isLine(line: string, ran: string, margin: string): boolean {
  return line === ran || (margin !== '' && ran !== '' && line === margin + ran);
}

/** Whether the block that begins with the first of `lines` is longer than `length` lines. */
function goesOn(lines: readonly string[], length: number): boolean {
  if (!/^\s*(@|(async\s+)?def\b|class\b)/.test(lines[0]!)) {
    return false;
  }
  const next = lines.slice(length).find(line => line !== '' && !/^\s*#/.test(line));
  return next !== undefined && indentOf(next).length > indentOf(lines[0]!).length;
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}
