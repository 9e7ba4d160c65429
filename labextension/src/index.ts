/** The JupyterLab plugin. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { HttpClient, checkEventOf } from './client';
import { addCommands, changeKernel } from './commands';
import type { Report, SourcePlace } from './contract';
import { followNotebook } from './follow';
import { goTo } from './goto';
import { locate } from './locate';
import { MarkBoard } from './marks/board';
import { addMarkCommands } from './marks/commands';
import { followMarks } from './marks/follow';
import { GradcheckModel } from './model';
import { notify } from './notice';
import { GradcheckPanel, PANEL_ID } from './panel';
import { Preferences } from './preferences';
import { rendererFactory } from './renderer';
import { StatusItem } from './status';
import { hasStatus } from './status-words';

const PLUGIN_ID = 'jupyterlab-gradcheck:plugin';

/** Third parties' panels stand between 501 and 899. */
const RANK = 620;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Checks hand-written gradients of a notebook and shows which are wrong.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [
    ICommandPalette,
    ISettingRegistry,
    ITranslator,
    ILayoutRestorer,
    IRenderMimeRegistry,
    IStatusBar,
    IEditorExtensionRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    rendermime: IRenderMimeRegistry | null,
    statusBar: IStatusBar | null,
    editors: IEditorExtensionRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_gradcheck');
    const preferences = new Preferences(settings?.load(PLUGIN_ID) ?? null, reason =>
      console.error(`${PLUGIN_ID}: the settings could not be loaded`, reason)
    );
    const model = new GradcheckModel(new HttpClient(app.serviceManager.serverSettings), () => preferences.options);
    const marks = new MarkBoard(model);
    const onReveal = (place: SourcePlace, report: Report) =>
      void goTo(tracker.currentWidget, place, report, marks, trans);
    const panel = new GradcheckPanel({
      model,
      preferences,
      trans,
      locate: (place, report) => locate(tracker.currentWidget, place, report, marks),
      moved: marks.moved,
      onReveal,
      onChangeKernel: () => void changeKernel(app)
    });
    const showPanel = () => app.shell.activateById(PANEL_ID);

    app.shell.add(panel, 'right', { rank: RANK });
    restorer?.add(panel, PANEL_ID);
    addCommands({ app, model, palette, tracker, trans });
    followNotebook(tracker, model);
    followMarks({ marks, tracker, editors, preferences, trans });
    addMarkCommands({ app, marks, palette, tracker, trans });
    marks.redefined.connect((_, kernelId) => {
      model.noteRedefinition(kernelId);
      if (preferences.recheck) {
        // Behind the cell that runs.
        void model.recheck(kernelId);
      }
    });
    rendermime?.addFactory(rendererFactory({ trans, onReveal }));
    statusBar?.registerStatusItem(`${PLUGIN_ID}:status`, {
      item: new StatusItem(model, trans, showPanel),
      align: 'right',
      rank: 50,
      isActive: () => hasStatus(model.state, model.newest),
      activeStateChanged: model.stateChanged
    });
    const showNotebook = (kernelId: string) => {
      const notebook = tracker.find(({ sessionContext }) => sessionContext.session?.kernel?.id === kernelId);
      if (notebook) {
        app.shell.activateById(notebook.id);
      }
      showPanel();
    };
    model.ended.connect((_, ended) => notify(ended, trans, showNotebook));
    app.serviceManager.events.stream.connect((_, emission) => {
      const event = checkEventOf(emission);
      if (event) {
        model.handleEvent(event);
      }
    });
  }
};

export default plugin;
