/** Keeps the model told of the current notebook, its kernel and restarts. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import type { GradcheckModel } from './model';
import type { Target } from './state';

/** Tell `model` which notebook of `tracker` is current, from now on. */
export function followNotebook(tracker: INotebookTracker, model: GradcheckModel): void {
  let current: NotebookPanel | null = null;

  const update = () => model.setTarget(targetOf(current));
  const onCurrent = () => {
    const signals = ({ sessionContext: context }: NotebookPanel) => [
      context.kernelChanged,
      context.statusChanged,
      context.sessionChanged
    ];
    if (current && !current.isDisposed) {
      signals(current).forEach(signal => signal.disconnect(update));
      current.context.pathChanged.disconnect(update);
    }
    current = tracker.currentWidget;
    if (current) {
      signals(current).forEach(signal => signal.connect(update));
      current.context.pathChanged.connect(update);
      // Until then nobody knows whether the notebook has a kernel; nothing tells of it where it has none.
      void current.sessionContext.sessionManager.ready.then(update);
    }
    update();
  };
  const onStatus = (context: ISessionContext, status: Kernel.Status) => {
    const kernel = context.session?.kernel;
    if (kernel && (status === 'restarting' || status === 'autorestarting')) {
      model.noteRestart(kernel.id);
    }
  };
  const watch = (panel: NotebookPanel) => {
    panel.sessionContext.statusChanged.connect(onStatus);
  };

  tracker.forEach(watch);
  tracker.widgetAdded.connect((_, panel) => watch(panel));
  tracker.currentChanged.connect(onCurrent);
  onCurrent();
}

/** What a notebook offers to check. */
export function targetOf(panel: NotebookPanel | null): Target {
  if (panel === null) {
    return { kind: 'no-notebook' };
  }
  const notebook = panel.context.path.split('/').pop() ?? panel.context.path;
  const kernel = panel.sessionContext.session?.kernel ?? null;
  if (kernel === null) {
    return { kind: 'no-kernel', notebook, why: isStarting(panel.sessionContext) ? 'starting' : 'none' };
  }
  if (kernel.status === 'dead') {
    return { kind: 'no-kernel', notebook, why: 'dead' };
  }
  return { kind: 'kernel', notebook, kernelId: kernel.id };
}

/**
 * Whether a kernel is on its way to a notebook that has none.
 *
 * #### Notes
 * A session context is not ready after its kernel was shut down, and never gets ready when the person wants no kernel,
 * so `isReady` does not tell. It has the name of the kernel that it starts, and none when it starts nothing.
 */
function isStarting(context: ISessionContext): boolean {
  return !context.hasNoKernel || !context.sessionManager.isReady;
}
