/** The JupyterLab plugin. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { HttpClient, checkEventOf } from './client';
import { addCommands, changeKernel } from './commands';
import type { CheckOptions } from './contract';
import { followNotebook } from './follow';
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
  optional: [ICommandPalette, ISettingRegistry, ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_gradcheck');
    const model = new GradcheckModel(new HttpClient(app.serviceManager.serverSettings), followOptions(settings));
    const panel = new GradcheckPanel(
      model,
      trans,
      place => void reveal(tracker.currentWidget, place),
      () => void changeKernel(app)
    );

    app.shell.add(panel, 'right', { rank: RANK });
    restorer?.add(panel, PANEL_ID);
    addCommands({ app, model, palette, tracker, trans });
    followNotebook(tracker, model);
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
