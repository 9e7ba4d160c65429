/** The marks of all open notebooks: brings together reports, kernels and cells. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Code, Report } from '../contract';
import type { Anchor, CellSource } from './anchor';
import { findDefinition } from './definition';
import type { Execution } from './executions';
import { Executions } from './executions';
import type { Mark } from './placement';
import { Placement } from './placement';
import type { Reports } from './reports';
import type { Spot } from './spot';

/** How long a notebook is left alone before a function is looked for that was not found yet, in milliseconds. */
const PAUSE = 300;

/** As much of an editor's model as is needed to tell which cell it is. */
export interface EditorModel {
  readonly sharedModel: object;
}

/** Where an editor gets its marks from. */
export interface Marks {
  /** Emitted when any marks may have changed. */
  readonly changed: ISignal<unknown, void>;
  /** The marks of the cell that an editor shows; the same list until they change. */
  marksIn(model: EditorModel): readonly Mark[];
}

interface Watched {
  panel: NotebookPanel;
  check: string | null;
  placement: Placement | null;
  timer: ReturnType<typeof setTimeout> | null;
  /** Until it is told that lines have moved. */
  pause: ReturnType<typeof setTimeout> | null;
}

const NONE: readonly Mark[] = [];

/**
 * #### Notes
 * Reports are a kernel's, marks a notebook's: several notebooks may share a kernel, and one that is not current keeps
 * its marks. What ran is taken from the kernel's own messages, so a console or another tab that redefines a function
 * counts as well.
 */
export class MarkBoard implements Marks {
  constructor(private readonly _reports: Reports) {
    _reports.reportChanged.connect((_, kernelId) => {
      this._watched.filter(({ panel }) => kernelOf(panel) === kernelId).forEach(each => this._refresh(each));
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when lines of a notebook with a report may stand elsewhere, once the person pauses. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  /** Emits a kernel's id when it has run code that defines anew what its newest report is about. */
  get redefined(): ISignal<this, string> {
    return this._redefined;
  }

  /** Whether marks are shown at all. */
  set enabled(enabled: boolean) {
    if (enabled !== this._enabled) {
      this._enabled = enabled;
      this._changed.emit();
    }
  }

  /** Keep the marks of a notebook from now on, until it is closed. */
  watch(panel: NotebookPanel): void {
    const watched: Watched = { panel, check: null, placement: null, timer: null, pause: null };
    this._watched.push(watched);
    const session = panel.sessionContext;
    const { cells, contentChanged } = panel.context.model;
    const onKernel = () => this._refresh(watched);
    const onCells = () => this._lookAgain(watched);
    const onContent = () => {
      if (watched.placement?.incomplete) {
        onCells();
      }
      if (watched.placement && watched.pause === null) {
        watched.pause = setTimeout(() => {
          watched.pause = null;
          this._moved.emit();
        }, PAUSE);
      }
    };
    const executions = new Executions();
    const onMessage = (_: unknown, message: KernelMessage.IMessage) => {
      const kernel = kernelOf(panel);
      const ran = executions.take(message);
      if (kernel !== null && ran !== null) {
        this._ran(kernel, ran);
      }
    };
    session.kernelChanged.connect(onKernel);
    session.iopubMessage.connect(onMessage);
    cells.changed.connect(onCells);
    contentChanged.connect(onContent);
    panel.disposed.connect(() => {
      clearTimeout(watched.timer ?? undefined);
      clearTimeout(watched.pause ?? undefined);
      this._watched.splice(this._watched.indexOf(watched), 1);
      session.kernelChanged.disconnect(onKernel);
      session.iopubMessage.disconnect(onMessage);
      cells.changed.disconnect(onCells);
      contentChanged.disconnect(onContent);
    });
    this._refresh(watched);
  }

  marksIn(model: EditorModel): readonly Mark[] {
    const cell = model.sharedModel;
    if (!this._enabled || !isCell(cell)) {
      return NONE;
    }
    const watched = this._watched.find(({ panel }) => panel.context.model.sharedModel === cell.notebook);
    return watched?.placement?.marksIn(cell.id) ?? NONE;
  }

  /** Where a function stands in `panel`, as far as it was followed; null where it was not. */
  anchorOf(panel: NotebookPanel, code: Code): Anchor | null {
    return this._watched.find(watched => watched.panel === panel)?.placement?.anchorOf(code) ?? null;
  }

  /** The marked lines of a notebook, from top to bottom. */
  spotsIn(panel: NotebookPanel): Spot[] {
    const cells = panel.context.model.cells;
    return Array.from({ length: cells.length }, (_, index) => cells.get(index)).flatMap((cell, index) => {
      const lines = this.marksIn(cell).flatMap(mark => linesOfMark(cell.sharedModel.getSource(), mark));
      return [...new Set(lines)].sort((a, b) => a - b).map(line => ({ index, line }));
    });
  }

  /** Take the newest report of a notebook's kernel. */
  private _refresh(watched: Watched): void {
    const kernel = kernelOf(watched.panel);
    const reported = kernel === null ? null : this._reports.reportOf(kernel);
    // Of a function that was defined anew the board knows by itself, and leaves the others their marks.
    const check = reported && reported.stale !== 'restarted' ? reported.id : null;
    if (check === watched.check) {
      // Asked for again, it is the same report: what ran since still counts.
      return;
    }
    watched.check = check;
    watched.placement = null;
    if (check !== null && kernel !== null && reported) {
      watched.placement = new Placement(reported.report, sourcesOf(watched.panel));
      watched.placement.forget(this._redefinedSince(kernel, check), []);
    }
    this._changed.emit();
  }

  private _lookAgain(watched: Watched): void {
    clearTimeout(watched.timer ?? undefined);
    watched.timer =
      watched.placement &&
      setTimeout(() => {
        watched.timer = null;
        if (watched.placement?.update(sourcesOf(watched.panel))) {
          this._changed.emit();
        }
      }, PAUSE);
  }

  /** Take note of code that a kernel has run. */
  private _ran(kernel: string, { code, names, whole }: Execution): void {
    const reported = this._reports.reportOf(kernel);
    if (reported === null) {
      return;
    }
    const known = this._redefinedSince(kernel, reported.id);
    names.forEach(name => known.add(name));
    let changed = false;
    for (const { panel, placement } of this._watched) {
      if (placement && kernelOf(panel) === kernel) {
        const same = whole ? sourcesOf(panel).filter(({ source }) => source === code) : [];
        changed = placement.forget(names, same.map(({ id }) => id)) || changed;
      }
    }
    if (changed) {
      this._changed.emit();
    }
    if (functionsOf(reported.report).some(name => names.has(name))) {
      this._redefined.emit(kernel);
    }
  }

  /** The names that a kernel has redefined since a check, for the notebooks that are opened later. */
  private _redefinedSince(kernel: string, check: string): Set<string> {
    let known = this._since.get(kernel);
    if (known?.check !== check) {
      known = { check, names: new Set() };
      this._since.set(kernel, known);
    }
    return known.names;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _enabled = true;
  private readonly _moved = new Signal<this, void>(this);
  private readonly _redefined = new Signal<this, string>(this);
  private readonly _since = new Map<string, { check: string; names: Set<string> }>();
  private readonly _watched: Watched[] = [];
}

function kernelOf(panel: NotebookPanel): string | null {
  return panel.sessionContext.session?.kernel?.id ?? null;
}

/** The lines of a mark in `source`, from 0. */
function linesOfMark(source: string, { text, lines }: Mark): number[] {
  const first = findDefinition(source, text);
  return first === null ? [] : lines.map(({ offset }) => first + offset);
}

/** The code cells of a notebook as they are now. */
export function sourcesOf(panel: NotebookPanel): CellSource[] {
  const cells = panel.context.model.cells;
  return Array.from({ length: cells.length }, (_, index) => cells.get(index))
    .filter(({ type }) => type === 'code')
    .map(({ id, sharedModel }) => ({ id, source: sharedModel.getSource() }));
}

/** The functions that a report is about; a method without its class, as a class body defines it. */
function functionsOf({ forward, backward, code }: Report): string[] {
  const named = [forward, backward, ...(code ?? [])].flatMap(each => (each ? [each.name] : []));
  return named.map(name => name.split('.').pop()!);
}

function isCell(model: object): model is { id: string; notebook: object } {
  return 'id' in model && 'notebook' in model;
}
