import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { followNotebook } from '../src/follow';
import { GradcheckModel } from '../src/model';
import { FakeClient, check, passing } from './fixtures';

/** As much of a notebook as is followed. */
class Notebook {
  constructor(
    path: string,
    kernelId: string | null,
    /** The kernel that is on its way. */
    pending = ''
  ) {
    this.context = { path, pathChanged: new Signal<object, string>(this) };
    this.sessionContext = {
      // What JupyterLab itself says after a shutdown, or when the person wants no kernel.
      isReady: false,
      hasNoKernel: kernelId === null && pending === '',
      sessionManager: { isReady: true, ready: Promise.resolve() },
      session: kernelId === null ? null : { kernel: { id: kernelId, status: 'idle' } },
      sessionChanged: new Signal<object, void>(this),
      kernelChanged: new Signal<object, void>(this),
      statusChanged: new Signal<object, string>(this)
    };
  }

  isDisposed = false;
  readonly context;
  readonly sessionContext;

  status(status: string): void {
    this.sessionContext.session!.kernel.status = status;
    (this.sessionContext.statusChanged as Signal<object, string>).emit(status);
  }

  kernel(id: string): void {
    this.sessionContext.session = { kernel: { id, status: 'idle' } };
    this.sessionContext.hasNoKernel = false;
    this.sessionContext.kernelChanged.emit();
  }

  shutdown(): void {
    this.sessionContext.session = null;
    this.sessionContext.hasNoKernel = true;
    this.sessionContext.kernelChanged.emit();
  }
}

class Tracker {
  constructor(readonly notebooks: Notebook[]) {}
  currentWidget: Notebook | null = null;
  readonly currentChanged = new Signal<this, Notebook | null>(this);
  readonly widgetAdded = new Signal<this, Notebook>(this);

  forEach(each: (notebook: Notebook) => void): void {
    this.notebooks.forEach(each);
  }

  go(notebook: Notebook | null): void {
    this.currentWidget = notebook;
    this.currentChanged.emit(notebook);
  }
}

function follow(...notebooks: Notebook[]): { tracker: Tracker; model: GradcheckModel; client: FakeClient } {
  for (const notebook of notebooks) {
    // A signal's sender is the session context itself, as in JupyterLab.
    Object.assign(notebook.sessionContext, { statusChanged: new Signal<object, string>(notebook.sessionContext) });
  }
  const tracker = new Tracker(notebooks);
  const client = new FakeClient();
  const model = new GradcheckModel(client);
  followNotebook(tracker as unknown as INotebookTracker, model);
  return { tracker, model, client };
}

test('the current notebook is the one that is shown', () => {
  const a = new Notebook('folder/a.ipynb', 'kernel-a');
  const b = new Notebook('b.ipynb', null);
  const { tracker, model } = follow(a, b);
  expect(model.state.kind).toBe('no-notebook');
  tracker.go(a);
  expect(model.notebook).toBe('a.ipynb');
  expect(model.state.kind).toBe('restoring');
  tracker.go(b);
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'none' });
  tracker.go(null);
  expect(model.state.kind).toBe('no-notebook');
});

test('a kernel that starts, changes and dies', () => {
  const a = new Notebook('a.ipynb', null, 'python3');
  const { tracker, model } = follow(a);
  tracker.go(a);
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'starting' });
  a.kernel('kernel-a');
  expect(model.state.kind).toBe('restoring');
  a.status('dead');
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'dead' });
});

test('a kernel that is shut down is not one that starts', async () => {
  const a = new Notebook('a.ipynb', 'kernel-a');
  const { tracker, model } = follow(a);
  tracker.go(a);
  a.shutdown();
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'none' });
  a.kernel('kernel-b');
  await model.restore();
  expect(model.state).toEqual({ kind: 'idle' });
});

test('before the server has told of its sessions, a kernel may be on its way', async () => {
  const a = new Notebook('a.ipynb', null);
  const manager = a.sessionContext.sessionManager;
  manager.isReady = false;
  const { tracker, model } = follow(a);
  tracker.go(a);
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'starting' });
  manager.isReady = true;
  await manager.ready;
  expect(model.state).toEqual({ kind: 'no-kernel', why: 'none' });
});

test('a notebook that is no longer current is no longer followed', () => {
  const a = new Notebook('a.ipynb', 'kernel-a');
  const b = new Notebook('b.ipynb', 'kernel-b');
  const { tracker, model } = follow(a, b);
  tracker.go(a);
  tracker.go(b);
  a.status('dead');
  expect(model.state.kind).toBe('restoring');
});

test.each(['restarting', 'autorestarting'])('a kernel that is %s makes its report one of before', async status => {
  const a = new Notebook('a.ipynb', 'kernel-a');
  const { tracker, model, client } = follow(a);
  client.listAnswers = [[check({ kernel_id: 'kernel-a', status: 'done', report: passing })]];
  tracker.go(a);
  await model.restore();
  expect(model.state).toMatchObject({ kind: 'done', stale: null });
  a.status(status);
  expect(model.state).toMatchObject({ kind: 'done', stale: 'restarted' });
});

test('a notebook opened later is watched as well', () => {
  const { tracker, model } = follow();
  const seen = jest.spyOn(model, 'noteRestart');
  const late = new Notebook('late.ipynb', 'kernel-late');
  Object.assign(late.sessionContext, { statusChanged: new Signal<object, string>(late.sessionContext) });
  tracker.widgetAdded.emit(late as unknown as Notebook & NotebookPanel);
  late.status('restarting');
  expect(seen).toHaveBeenCalledWith('kernel-late');
});
