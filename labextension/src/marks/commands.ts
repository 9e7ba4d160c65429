/** The command that goes through the marked lines. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showLine } from '../reveal';
import type { MarkBoard } from './board';
import { explain } from './editor';
import type { Spot } from './spot';
import { nextSpot } from './spot';

export namespace CommandIDs {
  export const next = 'gradcheck:next-wrong-line';
}

export interface CommandsOptions {
  app: JupyterFrontEnd;
  marks: MarkBoard;
  palette: ICommandPalette | null;
  tracker: INotebookTracker;
  trans: TranslationBundle;
}

export function addMarkCommands({ app, marks, palette, tracker, trans }: CommandsOptions): void {
  app.commands.addCommand(CommandIDs.next, {
    label: trans.__('Go to the next wrong line'),
    caption: trans.__('Go to the next line that a wrong gradient comes from, and say what is wrong'),
    isEnabled: () => tracker.currentWidget !== null && marks.spotsIn(tracker.currentWidget).length > 0,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: async () => {
      const panel = tracker.currentWidget;
      const spot = panel && nextSpot(marks.spotsIn(panel), spotOf(panel.content));
      const editor = spot && (await showLine(panel.content, spot.index, spot.line));
      if (editor instanceof CodeMirrorEditor) {
        explain(editor.editor, trans);
      }
    }
  });
  marks.changed.connect(() => app.commands.notifyCommandChanged(CommandIDs.next));
  tracker.currentChanged.connect(() => app.commands.notifyCommandChanged(CommandIDs.next));
  palette?.addItem({ command: CommandIDs.next, category: trans.__('Gradient check') });
}

/** Where the person is: on a cell as a whole before its first line. */
function spotOf(notebook: Notebook): Spot {
  const cursor = notebook.mode === 'edit' ? notebook.activeCell?.editor?.getCursorPosition() : undefined;
  return { index: notebook.activeCellIndex, line: cursor?.line ?? -1 };
}
