import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { Report } from '../../src/contract';
import type { EditorModel } from '../../src/marks/board';
import { MarkBoard } from '../../src/marks/board';
import type { Reported } from '../../src/marks/reports';
import { BACKWARD, report } from './fixtures';

class Reports {
  readonly reportChanged = new Signal<this, string>(this);
  private readonly _known = new Map<string, Reported>();

  set(kernel: string, id: string, given: Report, stale: Reported['stale'] = null): void {
    this._known.set(kernel, { id, report: given, stale });
    this.reportChanged.emit(kernel);
  }

  reportOf(kernel: string): Reported | null {
    return this._known.get(kernel) ?? null;
  }
}

/** As much of a notebook as the board looks at. */
class Notebook {
  constructor(kernel: string | null, cells: Record<string, string>) {
    this.sources = new Map(Object.entries(cells));
    this.sessionContext = {
      session: kernel === null ? null : { kernel: { id: kernel } },
      kernelChanged: new Signal<object, void>({}),
      iopubMessage: new Signal<object, object>({})
    };
    const all = () =>
      [...this.sources].map(([id, source]) => ({
        id,
        type: 'code',
        sharedModel: { id, notebook: this.shared, getSource: () => source }
      }));
    this.context = {
      model: {
        sharedModel: this.shared,
        contentChanged: new Signal<object, void>({}),
        cells: {
          get length() {
            return all().length;
          },
          get: (index: number) => all()[index],
          changed: new Signal<object, void>({})
        }
      }
    };
  }

  readonly shared = {};
  readonly sources: Map<string, string>;
  readonly sessionContext;
  readonly context;
  readonly disposed = new Signal<this, void>(this);

  get panel(): NotebookPanel {
    return this as unknown as NotebookPanel;
  }

  editor(id: string): EditorModel {
    return { sharedModel: { id, notebook: this.shared } };
  }

  run(code: string, error: object | null = null): void {
    this.message('execute_input', { code });
    if (error) {
      this.message('error', error);
    }
    this.message('status', { execution_state: 'idle' });
  }

  message(msg_type: string, content: object): void {
    const parent_header = { msg_id: 'request' };
    (this.sessionContext.iopubMessage as Signal<object, object>).emit({ header: { msg_type }, parent_header, content });
  }

  kernel(id: string | null): void {
    this.sessionContext.session = id === null ? null : { kernel: { id } };
    (this.sessionContext.kernelChanged as Signal<object, void>).emit();
  }

  edit(id: string, source: string): void {
    const isNew = !this.sources.has(id);
    this.sources.set(id, source);
    const { cells, contentChanged } = this.context.model;
    (contentChanged as Signal<object, void>).emit();
    if (isNew) {
      (cells.changed as Signal<object, void>).emit();
    }
  }
}

function setup(...notebooks: Notebook[]): { board: MarkBoard; reports: Reports; changes: () => number } {
  const reports = new Reports();
  const board = new MarkBoard(reports);
  notebooks.forEach(({ panel }) => board.watch(panel));
  let changes = 0;
  board.changed.connect(() => (changes += 1));
  return { board, reports, changes: () => changes };
}

const count = (board: MarkBoard, notebook: Notebook, id = 'b') => board.marksIn(notebook.editor(id)).length;

test('a report marks the notebooks of its kernel, and each keeps its own', () => {
  const one = new Notebook('k1', { a: 'x = 1', b: BACKWARD });
  // A copy of the file: its cells have the same ids.
  const two = new Notebook('k2', { b: BACKWARD });
  const { board, reports, changes } = setup(one, two);
  reports.set('k1', 'check-1', report());
  expect([count(board, one), count(board, one, 'a'), count(board, two), changes()]).toEqual([1, 0, 0, 1]);
  reports.set('k2', 'check-2', report());
  expect([count(board, one), count(board, two)]).toEqual([1, 1]);
});

test('the marked lines of a notebook are known where they are by now', () => {
  const one = new Notebook('k1', { a: 'x = 1', b: BACKWARD });
  const { board, reports } = setup(one);
  reports.set('k1', 'check-1', report());
  one.edit('b', `# new\n${BACKWARD}`);
  expect(board.spotsIn(one.panel)).toEqual([
    { index: 1, line: 3 },
    { index: 1, line: 4 }
  ]);
  one.edit('b', BACKWARD.replace('4', '5'));
  expect(board.spotsIn(one.panel)).toEqual([]);
});

test('a notebook that is opened later is marked too', () => {
  const { board, reports } = setup();
  reports.set('k1', 'check-1', report());
  const one = new Notebook('k1', { b: BACKWARD });
  board.watch(one.panel);
  expect(count(board, one)).toBe(1);
  expect(board.anchorOf(one.panel, report().code![0]!)).toMatchObject({ cell: 'b' });
});

test('an editor that is no cell of a notebook has no marks', () => {
  const { board } = setup(new Notebook('k1', { b: BACKWARD }));
  expect(board.marksIn({ sharedModel: {} })).toEqual([]);
  expect(board.marksIn({ sharedModel: { id: 'b', notebook: null } })).toEqual([]);
});

test('marks go when the function is defined anew, in whatever notebook or console', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const two = new Notebook('k1', {});
  const { board, reports } = setup(one, two);
  const redefined: string[] = [];
  board.redefined.connect((_, kernel) => redefined.push(kernel));
  one.run(BACKWARD);
  expect(redefined).toEqual([]);
  reports.set('k1', 'check-1', report());
  one.message('stream', { text: BACKWARD });
  one.run('backward(1)');
  expect(count(board, one)).toBe(1);
  two.run('backward = None');
  expect(count(board, one)).toBe(0);
  expect(redefined).toEqual(['k1']);
  // The same report, fetched again.
  reports.set('k1', 'check-1', report(), 'redefined');
  expect(count(board, one)).toBe(0);
  const later = new Notebook('k1', { b: BACKWARD });
  board.watch(later.panel);
  expect(count(board, later)).toBe(0);
  reports.set('k1', 'check-2', report());
  expect([count(board, one), count(board, later)]).toEqual([1, 1]);
});

test('marks go when their cell runs, even where it defines something else by now', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const { board, reports } = setup(one);
  reports.set('k1', 'check-1', report());
  one.edit('b', 'x = 1');
  one.run('x = 1');
  one.edit('b', BACKWARD);
  expect(count(board, one)).toBe(0);
});

test('a cell that failed before it defined anything changes nothing', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const { board, reports } = setup(one);
  const redefined: string[] = [];
  board.redefined.connect((_, kernel) => redefined.push(kernel));
  reports.set('k1', 'check-1', report());
  one.run(BACKWARD, { ename: 'SyntaxError', evalue: 'invalid syntax', traceback: ['  Cell In[3], line 1\n', 'SyntaxError'] });
  one.run(`raise ValueError\n${BACKWARD}`, { ename: 'ValueError', evalue: '', traceback: ['Cell In[4], line 1\n'] });
  expect([count(board, one), redefined]).toEqual([1, []]);
  one.run(`${BACKWARD}\nraise ValueError`, { ename: 'ValueError', evalue: '', traceback: ['Cell In[5], line 6\n'] });
  expect([count(board, one), redefined]).toEqual([0, ['k1']]);
});

test('of a function that was defined anew the others keep their marks', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const { board, reports } = setup(one);
  reports.set('k1', 'check-1', report(), 'redefined');
  expect(count(board, one)).toBe(1);
});

test('marks go when the kernel restarts, and when the notebook has another one', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const { board, reports } = setup(one);
  reports.set('k1', 'check-1', report());
  reports.set('k1', 'check-1', report(), 'restarted');
  expect(count(board, one)).toBe(0);
  reports.set('k1', 'check-2', report());
  one.kernel('k2');
  expect(count(board, one)).toBe(0);
  one.kernel('k1');
  expect(count(board, one)).toBe(1);
  one.kernel(null);
  expect(count(board, one)).toBe(0);
});

test('marks can be switched off and on', () => {
  const one = new Notebook('k1', { b: BACKWARD });
  const { board, reports, changes } = setup(one);
  reports.set('k1', 'check-1', report());
  board.enabled = false;
  expect([count(board, one), changes()]).toEqual([0, 2]);
  board.enabled = false;
  board.enabled = true;
  expect([count(board, one), changes()]).toEqual([1, 3]);
});

describe('a function that was not found', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('is found when its text is back, once the person pauses', () => {
    const one = new Notebook('k1', { b: BACKWARD.replace('4', '1') });
    const { board, reports } = setup(one);
    reports.set('k1', 'check-1', report());
    expect(count(board, one)).toBe(0);
    one.edit('b', BACKWARD);
    expect(count(board, one)).toBe(0);
    jest.runAllTimers();
    expect(count(board, one)).toBe(1);
  });

  test('is looked for in new cells; one that was found is not looked for on every key', () => {
    const one = new Notebook('k1', { b: `x = 1\n${BACKWARD}` });
    const { board, reports } = setup(one);
    reports.set('k1', 'check-1', report());
    one.sources.set('b', 'x = 1');
    one.edit('b', 'x = 2');
    // The only timer tells that lines have moved.
    expect(jest.getTimerCount()).toBe(1);
    one.edit('n', BACKWARD);
    jest.runAllTimers();
    expect([count(board, one), count(board, one, 'n')]).toEqual([0, 1]);
  });

  test('or that was, may stand elsewhere after an edit: that is told once the person pauses', () => {
    const one = new Notebook('k1', { b: BACKWARD });
    const { board, reports } = setup(one);
    let moved = 0;
    board.moved.connect(() => (moved += 1));
    one.edit('b', `# one\n${BACKWARD}`);
    jest.runAllTimers();
    expect(moved).toBe(0);
    reports.set('k1', 'check-1', report());
    one.edit('b', `# two\n${BACKWARD}`);
    one.edit('b', `# three\n${BACKWARD}`);
    expect(moved).toBe(0);
    jest.runAllTimers();
    expect(moved).toBe(1);
  });

  test('is forgotten with its notebook', () => {
    const one = new Notebook('k1', {});
    const { board, reports } = setup(one);
    reports.set('k1', 'check-1', report());
    one.edit('b', BACKWARD);
    one.disposed.emit();
    expect(jest.getTimerCount()).toBe(0);
    one.edit('b', BACKWARD);
    expect(jest.getTimerCount()).toBe(0);
    expect(count(board, one)).toBe(0);
  });
});
