/** Ties the marks to JupyterLab: to its notebooks, editors and settings. */

import type { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Preferences } from '../preferences';
import type { MarkBoard } from './board';
import { markExtension } from './editor';

export interface FollowOptions {
  marks: MarkBoard;
  tracker: INotebookTracker;
  /** Without it nothing is drawn; the lines are followed all the same. */
  editors: IEditorExtensionRegistry | null;
  preferences: Preferences;
  trans: TranslationBundle;
}

export function followMarks({ marks, tracker, editors, preferences, trans }: FollowOptions): void {
  tracker.forEach(panel => marks.watch(panel));
  tracker.widgetAdded.connect((_, panel) => marks.watch(panel));
  editors?.addExtension({
    name: 'jupyterlab-gradcheck:marks',
    factory: ({ inline, model }) => {
      // A cell's editor; those of files are not inline.
      if (!inline || !('type' in model) || model.type !== 'code') {
        return null;
      }
      const extension = markExtension(marks, model, model.sharedModel.getSource(), trans);
      return { instance: () => extension, reconfigure: () => null };
    }
  });
  const read = () => {
    marks.enabled = preferences.marks;
  };
  preferences.changed.connect(read);
  read();
}
