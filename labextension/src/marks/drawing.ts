/** The marks of one editor, drawn on the text that it has now. */

import type { Range, Text } from '@codemirror/state';
import { RangeSet } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import { Decoration, GutterMarker } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { findDefinition } from './definition';
import type { Finding } from './finding';
import type { Mark } from './placement';
import { summary } from './words';

/** A line that is wrong, without the blanks around it. */
export interface DrawnLine {
  from: number;
  to: number;
  findings: readonly Finding[];
}

export interface Drawing {
  marks: readonly Mark[];
  lines: readonly DrawnLine[];
  underlines: DecorationSet;
  icons: RangeSet<GutterMarker>;
  /** Whether every marked line begins with blanks that an icon has room on, so that the gutter needs none of its own. */
  indented: boolean;
}

const SVG = 'http://www.w3.org/2000/svg';
const CROSS = 'M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4';

const underline = Decoration.mark({ class: 'jp-gradcheck-mark' });

export const NOTHING: Drawing = { marks: [], lines: [], underlines: Decoration.none, icons: RangeSet.empty, indented: false };

/** What `marks` come to in `doc`. One whose function is not there as it was is not drawn. */
export function draw(marks: readonly Mark[], doc: Text, trans: TranslationBundle): Drawing {
  const lines = marks.length > 0 ? wrongLinesOf(marks, doc) : [];
  return {
    marks,
    lines,
    underlines: Decoration.set(lines.map(({ from, to }) => underline.range(from, to))),
    icons: RangeSet.of(lines.map(({ from, findings }): Range<GutterMarker> => {
      return new WrongIcon(summary(findings, trans)).range(doc.lineAt(from).from);
    })),
    indented: lines.every(({ from }) => /^( {2}|\t)/.test(doc.lineAt(from).text))
  };
}

function wrongLinesOf(marks: readonly Mark[], doc: Text): DrawnLine[] {
  const source = doc.toString();
  const found = new Map<number, DrawnLine>();
  for (const { text, lines } of marks) {
    const first = findDefinition(source, text);
    for (const { offset, findings } of first === null ? [] : lines) {
      const line = doc.line(first! + offset + 1);
      const from = line.to - line.text.trimStart().length;
      const to = line.from + line.text.trimEnd().length;
      if (from < to) {
        // A function within another one, both of which the report holds.
        const both = [...(found.get(line.number)?.findings ?? []), ...findings];
        found.set(line.number, { from, to, findings: both });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.from - b.from);
}

/** A cross in a circle, as beside the gradient's row in the panel. */
class WrongIcon extends GutterMarker {
  constructor(private readonly _title: string) {
    super();
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof WrongIcon && other._title === this._title;
  }

  override toDOM(): Node {
    const icon = document.createElement('span');
    icon.className = 'jp-gradcheck-gutter-icon';
    icon.title = this._title;
    icon.setAttribute('role', 'img');
    icon.setAttribute('aria-label', this._title);
    const picture = icon.appendChild(document.createElementNS(SVG, 'svg'));
    picture.setAttribute('viewBox', '0 0 16 16');
    const circle = picture.appendChild(document.createElementNS(SVG, 'circle'));
    Object.entries({ cx: '8', cy: '8', r: '7.5' }).forEach(([name, value]) => circle.setAttribute(name, value));
    picture.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', CROSS);
    return icon;
  }
}
