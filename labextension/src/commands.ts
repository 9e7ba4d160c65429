/** The commands. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ParameterReport, Report, SourcePlace } from './contract';
import { gradcheckIcon } from './icon';
import type { GradcheckModel, Names } from './model';
import { PANEL_ID } from './panel';
import type { State } from './state';
import { isActive } from './state';

export namespace CommandIDs {
  export const run = 'gradcheck:run';
  export const showPanel = 'gradcheck:show-panel';
  export const stop = 'gradcheck:stop';
  export const nextWrong = 'gradcheck:next-wrong-line';
}

const NAME = { type: 'string' };

export interface CommandsOptions {
  app: JupyterFrontEnd;
  model: GradcheckModel;
  palette: ICommandPalette | null;
  tracker: INotebookTracker;
  trans: TranslationBundle;
  onReveal: (place: SourcePlace, report: Report) => void;
}

export function addCommands({ app, model, palette, tracker, trans, onReveal }: CommandsOptions): void {
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

  let last: string | null = null;
  app.commands.addCommand(CommandIDs.nextWrong, {
    label: trans.__('Go to the next wrong gradient'),
    isEnabled: () => wrongOf(model.state).length > 0,
    describedBy: {
      args: {
        type: 'object',
        properties: { parameter: { ...NAME, description: 'The parameter whose gradient to go to; left out, the next one.' } }
      }
    },
    execute: ({ parameter }) => {
      const { state } = model;
      const wrong = wrongOf(state);
      const named = wrong.find(one => one.name === parameter);
      const next = named ?? wrong[(wrong.findIndex(one => one.name === last) + 1) % wrong.length];
      if (state.kind === 'done' && next?.source) {
        last = next.name;
        onReveal(next.source, state.report);
      }
    }
  });

  const notify = () => Object.values(CommandIDs).forEach(id => app.commands.notifyCommandChanged(id));
  tracker.currentChanged.connect(notify);
  model.stateChanged.connect(notify);

  for (const command of [CommandIDs.run, CommandIDs.stop, CommandIDs.nextWrong, CommandIDs.showPanel]) {
    palette?.addItem({ command, category: trans.__('Gradient check') });
  }
}

/** Let the person choose a kernel for the current notebook, in JupyterLab's own dialog. */
export async function changeKernel(app: JupyterFrontEnd): Promise<void> {
  await app.commands.execute('notebook:change-kernel');
}

/** The gradients that are wrong, and whose line is known. */
function wrongOf(state: State): readonly ParameterReport[] {
  return state.kind === 'done' ? state.report.parameters.filter(one => one.verdict === 'fail' && one.source) : [];
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
