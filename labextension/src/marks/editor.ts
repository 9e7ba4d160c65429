/** The marks in a cell's editor: underline, icon in the gutter, explanation. */

import type { Extension, StateEffectType, Transaction, TransactionSpec } from '@codemirror/state';
import { Compartment, EditorState, Prec, StateEffect, StateField, Text } from '@codemirror/state';
import type { Tooltip } from '@codemirror/view';
import { EditorView, ViewPlugin, gutter, hoverTooltip, keymap, showTooltip } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EditorModel, Marks } from './board';
import { linesOf } from './definition';
import type { Drawing, DrawnLine } from './drawing';
import { NOTHING, draw } from './drawing';
import type { Mark } from './placement';
import { explanation } from './words';

const setMarks = StateEffect.define<readonly Mark[]>();
const setDrawing = StateEffect.define<Drawing>();
const setOpen = StateEffect.define<Tooltip | null>();

const drawn = StateField.define<Drawing>({
  create: () => NOTHING,
  update: (drawing, transaction) => lastOf(transaction, setDrawing) ?? drawing,
  // The lowest precedence makes the outermost element: one underline, not one for each colour of the line.
  provide: field => Prec.lowest(EditorView.decorations.from(field, ({ underlines }) => underlines))
});

/** The explanation that was asked for without hovering. */
const opened = StateField.define<Tooltip | null>({
  create: () => null,
  update: (open, transaction) => {
    const asked = lastOf(transaction, setOpen);
    return asked === undefined ? (transaction.docChanged || transaction.selection ? null : open) : asked;
  },
  provide: field => showTooltip.from(field)
});

/** Without marks no gutter: it takes its width in every cell that has one. */
const gutterSlot = new Compartment();
const NO_GUTTER: Extension = [];

/**
 * What an editor is given to show the marks of its cell. They are found in the text each time it changes, so they need
 * no state of the editor, which a notebook drops and creates as it likes. `source` is the text that it begins with.
 */
export function markExtension(marks: Marks, model: EditorModel, source: string, trans: TranslationBundle): Extension {
  const first = draw(marks.marksIn(model), Text.of(linesOf(source)), trans);
  const [beside, over] = [iconGutter(trans, ''), iconGutter(trans, ' jp-gradcheck-gutter-over')];
  const slotOf = ({ lines, indented }: Drawing) => (lines.length === 0 ? NO_GUTTER : indented ? over : beside);

  const redraw = (transaction: Transaction): Pick<TransactionSpec, 'effects'> | null => {
    const before = transaction.startState.field(drawn);
    const given = lastOf(transaction, setMarks);
    if (!given && !(transaction.docChanged && before.marks.length > 0)) {
      return null;
    }
    const now = draw(given ?? before.marks, transaction.newDoc, trans);
    const slot = slotOf(now);
    return { effects: [setDrawing.of(now), ...(slot === slotOf(before) ? [] : [gutterSlot.reconfigure(slot)])] };
  };

  return [
    drawn.init(() => first),
    gutterSlot.of(slotOf(first)),
    EditorState.transactionExtender.of(redraw),
    follow(marks, model),
    hoverTooltip(
      (view, position, side) => {
        const line = lineAt(view.state, position, position);
        const beside = line && ((position === line.from && side < 0) || (position === line.to && side > 0));
        return line && !beside ? tooltipOf(line, trans, 'tooltip') : null;
      },
      // With its mark, and out of the way of whoever types.
      { hideOn: transaction => transaction.docChanged || lastOf(transaction, setDrawing) !== undefined }
    ),
    opened,
    keymap.of([{ key: 'Escape', run: close }]),
    EditorView.domEventHandlers({ blur: (_, view) => void close(view) })
  ];
}

/** A click on an icon opens the explanation. With a class of its own the gutter lies over the indent, and moves no code. */
function iconGutter(trans: TranslationBundle, own: string): Extension {
  return gutter({
    class: `jp-gradcheck-gutter${own}`,
    markers: view => view.state.field(drawn).icons,
    domEventHandlers: {
      click: (view, block) => {
        const line = lineAt(view.state, block.from, block.to);
        if (line) {
          view.focus();
          view.dispatch({ selection: { anchor: line.from }, effects: setOpen.of(tooltipOf(line, trans, 'alert')) });
        }
        return line !== null;
      }
    }
  });
}

/** Hands new marks of its cell to an editor, as long as it lives. */
function follow(marks: Marks, model: EditorModel): Extension {
  return ViewPlugin.define(view => {
    const update = () => {
      const given = marks.marksIn(model);
      if (given !== view.state.field(drawn).marks) {
        view.dispatch({ effects: setMarks.of(given) });
      }
    };
    marks.changed.connect(update);
    return { destroy: () => void marks.changed.disconnect(update) };
  });
}

/** Open the explanation of the line that the selection begins on. */
export function explain(view: EditorView, trans: TranslationBundle): void {
  const { from, to } = view.state.doc.lineAt(view.state.selection.main.from);
  const line = lineAt(view.state, from, to);
  if (line) {
    view.dispatch({ effects: setOpen.of(tooltipOf(line, trans, 'alert')) });
  }
}

/** Close the explanation that `explain` opened; false where none is open. */
function close(view: EditorView): boolean {
  const isOpen = view.state.field(opened) !== null;
  if (isOpen) {
    view.dispatch({ effects: setOpen.of(null) });
  }
  return isOpen;
}

function tooltipOf({ from, to, findings }: DrawnLine, trans: TranslationBundle, role: string): Tooltip {
  return {
    pos: from,
    end: to,
    // Below: what the line is computed from stands above it.
    above: false,
    create: () => {
      const dom = explanation(findings, trans);
      dom.setAttribute('role', role);
      // Clear of the underline.
      return { dom, offset: { x: 0, y: 4 } };
    }
  };
}

/** The wrong line that has something between two positions. */
function lineAt(state: EditorState, from: number, to: number): DrawnLine | null {
  return state.field(drawn).lines.find(line => line.from <= to && line.to >= from) ?? null;
}

function lastOf<T>(transaction: Transaction, type: StateEffectType<T>): T | undefined {
  let last: T | undefined;
  for (const effect of transaction.effects) {
    if (effect.is(type)) {
      last = effect.value;
    }
  }
  return last;
}
