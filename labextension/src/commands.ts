/** The commands. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { gradcheckIcon } from './icon';
import type { GradcheckModel, Names } from './model';
import { PANEL_ID } from './panel';
import { isActive } from './state';

export namespace CommandIDs {
  export const run = 'gradcheck:run';
  export const showPanel = 'gradcheck:show-panel';
  export const stop = 'gradcheck:stop';
}

const NAME = { type: 'string' };

export interface CommandsOptions {
  app: JupyterFrontEnd;
  model: GradcheckModel;
  palette: ICommandPalette | null;
  tracker: INotebookTracker;
  trans: TranslationBundle;
}

export function addCommands({ app, model, palette, tracker, trans }: CommandsOptions): void {
  const showPanel = () => app.shell.activateById(PANEL_ID);

  app.commands.addCommand(CommandIDs.run, {
    label: trans.__('Check gradients'),
    caption: trans.__('Check gradients: hold the hand-written gradients of this notebook against numerical ones'),
    icon: gradcheckIcon,
    isEnabled: () => tracker.currentWidget !== null,
    describedBy: {
      args: {
        type: 'object',
        description: 'What to check; what is left out is discovered in the kernel.',
        properties: {
          forward: { ...NAME, description: 'The function that computes the loss.' },
          backward: { ...NAME, description: 'The function that claims the gradient.' },
          parameters: { ...NAME, description: 'The variable that holds the parameters.' },
          data: { type: 'array', items: NAME, description: 'What forward takes beside the parameters, in order.' },
          all: { type: 'boolean', description: 'Check everything that stands side by side.' }
        }
      }
    },
    execute: async args => {
      showPanel();
      const { state } = model;
      if (state.kind === 'no-kernel' && state.why === 'none') {
        await changeKernel(app);
      } else {
        await model.run(namesOf(args));
      }
    }
  });

  app.commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show the gradient check panel'),
    icon: gradcheckIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: showPanel
  });

  app.commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop the gradient check'),
    isEnabled: () => isActive(model.state),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => model.cancel()
  });

  const notify = () => Object.values(CommandIDs).forEach(id => app.commands.notifyCommandChanged(id));
  tracker.currentChanged.connect(notify);
  model.stateChanged.connect(notify);

  for (const command of [CommandIDs.run, CommandIDs.stop, CommandIDs.showPanel]) {
    palette?.addItem({ command, category: trans.__('Gradient check') });
  }
}

/** Let the person choose a kernel for the current notebook, in JupyterLab's own dialog. */
export async function changeKernel(app: JupyterFrontEnd): Promise<void> {
  await app.commands.execute('notebook:change-kernel');
}

/** The names among a command's arguments; undefined where there are none, so that an earlier choice stands. */
function namesOf(args: ReadonlyPartialJSONObject): Names | undefined {
  const { forward, backward, parameters, data, all } = args;
  const names: Names = {
    ...(typeof forward === 'string' && { forward }),
    ...(typeof backward === 'string' && { backward }),
    ...(typeof parameters === 'string' && { parameters }),
    ...(Array.isArray(data) && { data: data.filter((name): name is string => typeof name === 'string') }),
    ...(all === true && { all })
  };
  return Object.keys(names).length > 0 ? names : undefined;
}
