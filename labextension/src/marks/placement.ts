/** Where the functions of a report stand in one notebook, through all that happens to its cells. */

import type { Code, Report } from '../contract';
import type { Anchor, CellSource } from './anchor';
import { anchorOf } from './anchor';
import { findDefinition } from './definition';
import type { Finding } from './finding';
import { wrongLines } from './finding';

/** A function in a cell, and the lines of it that are wrong, counted from its first. */
export interface Mark {
  text: string;
  lines: readonly { offset: number; findings: readonly Finding[] }[];
}

const NONE: readonly Mark[] = [];

/**
 * #### Notes
 * A function that was found in a cell stays there, whatever the person does to the text: what is no longer there is
 * not drawn, and undo brings it back. Only when its cell goes, or loses it to a cell that is new (a cell that was
 * split, merged or pasted), is it looked for again.
 */
export class Placement {
  constructor(report: Report, cells: readonly CellSource[]) {
    this._code = report.code ?? [];
    this._known = new Set(cells.map(({ id }) => id));
    this._anchors = this._code.map(code => anchorOf(cells, code));
    this._lines = wrongLines(report);
    this._group();
  }

  /** Whether a function was not found that may turn up yet. */
  get incomplete(): boolean {
    return this._lines.some(({ code }) => isOpen(this._anchors[code]!));
  }

  /** What is wrong in a cell; the same list until it changes. */
  marksIn(cell: string): readonly Mark[] {
    return this._marks.get(cell) ?? NONE;
  }

  /** Where a function of the report stands; null for one of another report. */
  anchorOf(code: Code): Anchor | null {
    return this._anchors[this._code.findIndex(own => isSame(own, code))] ?? null;
  }

  /** Look again, the cells or what is in them having changed; true where that makes a difference. */
  update(cells: readonly CellSource[]): boolean {
    const added = cells.filter(({ id }) => !this._known.has(id));
    this._known = new Set(cells.map(({ id }) => id));
    const before = this._anchors;
    this._anchors = before.map((anchor, index) => {
      const code = this._code[index]!;
      if (anchor.kind !== 'anchored') {
        const now = anchorOf(cells, code);
        return now.kind === anchor.kind ? anchor : now;
      }
      const own = cells.find(({ id }) => id === anchor.cell);
      if (own && (added.length === 0 || findDefinition(own.source, anchor.text) !== null)) {
        return anchor;
      }
      const holding = added.filter(({ source }) => findDefinition(source, anchor.text) !== null);
      if (holding.length === 1) {
        return { ...anchor, cell: holding[0]!.id };
      }
      return own ? anchor : anchorOf(cells, code);
    });
    const changed = before.some((anchor, index) => anchor !== this._anchors[index]);
    if (changed) {
      this._group();
    }
    return changed;
  }

  /** Take note of code that ran: what it defines is no longer what was checked. True where that makes a difference. */
  forget(names: ReadonlySet<string>, cells: readonly string[]): boolean {
    const left = this._lines.filter(({ code }) => {
      const anchor = this._anchors[code];
      return !names.has(this._code[code]!.name) && !(anchor?.kind === 'anchored' && cells.includes(anchor.cell));
    });
    const changed = left.length < this._lines.length;
    this._lines = left;
    if (changed) {
      this._group();
    }
    return changed;
  }

  private _group(): void {
    const marks = new Map<string, Mark[]>();
    this._anchors.forEach((anchor, index) => {
      const lines = this._lines.filter(({ code }) => code === index);
      if (anchor.kind === 'anchored' && lines.length > 0) {
        marks.set(anchor.cell, [...(marks.get(anchor.cell) ?? []), { text: anchor.text, lines }]);
      }
    });
    this._marks = marks;
  }

  private _anchors: readonly Anchor[];
  private readonly _code: readonly Code[];
  private _known: ReadonlySet<string>;
  private _lines: ReturnType<typeof wrongLines>;
  private _marks: ReadonlyMap<string, readonly Mark[]> = new Map();
}

/** A report that was fetched once more is another object. */
function isSame(a: Code, b: Code): boolean {
  return a.text === b.text && a.line === b.line && a.cell_id === b.cell_id && a.cell_hash === b.cell_hash;
}

function isOpen(anchor: Anchor): boolean {
  return anchor.kind === 'ambiguous' || anchor.kind === 'gone';
}
