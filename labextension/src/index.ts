/** The JupyterLab plugin. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { HttpClient, checkEventOf } from './client';
import { addCommands, changeKernel } from './commands';
import type { CheckOptions, SourcePlace } from './contract';
import { followNotebook } from './follow';
import { MarkBoard } from './marks/board';
import { followMarks } from './marks/follow';
import type { Sought } from './marks/place';
import { GradcheckModel } from './model';
import { optionsOf } from './options';
import { GradcheckPanel, PANEL_ID } from './panel';
import { reveal } from './reveal';

const PLUGIN_ID = 'jupyterlab-gradcheck:plugin';

/** Third parties' panels stand between 501 and 899. */
const RANK = 620;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Checks hand-written gradients of a notebook and shows which are wrong.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ISettingRegistry, ITranslator, ILayoutRestorer, IEditorExtensionRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    editors: IEditorExtensionRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_gradcheck');
    const model = new GradcheckModel(new HttpClient(app.serviceManager.serverSettings), followOptions(settings));
    const marks = new MarkBoard(model);
    const panel = new GradcheckPanel(
      model,
      trans,
      place => void goTo(tracker.currentWidget, place, model, marks, trans),
      () => void changeKernel(app)
    );

    app.shell.add(panel, 'right', { rank: RANK });
    restorer?.add(panel, PANEL_ID);
    addCommands({ app, model, palette, tracker, trans });
    followNotebook(tracker, model);
    followMarks({ marks, tracker, editors, trans, settings: settings?.load(PLUGIN_ID) ?? null });
    app.serviceManager.events.stream.connect((_, emission) => {
      const event = checkEventOf(emission);
      if (event) {
        model.handleEvent(event);
      }
    });
  }
};

export default plugin;

/** The options of a request as the settings have them at the time of asking. */
function followOptions(registry: ISettingRegistry | null): () => CheckOptions | undefined {
  let options: CheckOptions | undefined;
  registry
    ?.load(PLUGIN_ID)
    .then(settings => {
      const read = () => {
        options = optionsOf(settings.composite);
      };
      settings.changed.connect(read);
      read();
    })
    .catch((reason: unknown) => console.error(`${PLUGIN_ID}: the settings could not be loaded`, reason));
  return () => options;
}

/** Show the line that a gradient comes from, or say why not. */
async function goTo(
  panel: NotebookPanel | null,
  place: SourcePlace,
  model: GradcheckModel,
  marks: MarkBoard,
  trans: TranslationBundle
): Promise<void> {
  if (panel === null || model.state.kind !== 'done') {
    return;
  }
  const code = model.state.report.code?.[place.code ?? -1] ?? null;
  const outcome = await reveal(panel, { place, code, known: code && marks.anchorOf(panel, code) });
  const words: Record<Sought['kind'], string | null> = {
    found: null,
    stale: trans.__('The code has changed since this check.'),
    ambiguous: trans.__('Several cells hold this code.'),
    gone: trans.__('This code is no longer in the notebook.'),
    elsewhere: trans.__('This code is in another file: line %1.', place.line)
  };
  const message = words[outcome];
  if (message !== null) {
    Notification.warning(message, { autoClose: 5000 });
  }
}
