/** The panel's one model: which notebook, which check, what to show. */

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Client } from './api';
import { API_VERSION, RequestError, networkError } from './api';
import type { Check, CheckEvent, CheckOptions, CheckRequest, GradcheckProblem, Guess } from './contract';
import { presetOf } from './readings';
import type { ActiveState, Retry, State, Target } from './state';
import { isActive, isBusy, isUnderWay, problemState, stateOf, unreachable } from './state';

/** What to check, where the person has said so; what is left out is discovered in the kernel. */
export type Names = Pick<CheckRequest, 'forward' | 'backward' | 'parameters' | 'data' | 'all'>;

const FIRST_PAUSE = 150;
const LONGEST_PAUSE = 1000;
const MOST_FAILURES = 5;

/**
 * #### Notes
 * Whatever the person or the notebook changes begins a new turn. An answer that arrives in a later turn than it was
 * asked in is dropped, so a slow answer never shows one kernel's report over another's.
 *
 * Nothing is asked of a kernel on its own account: `run` and `choose` are the only calls that reach one. The server is
 * polled only while a check is under way.
 */
export class GradcheckModel {
  constructor(
    private readonly _client: Client,
    private readonly _options: () => CheckOptions | undefined = () => undefined
  ) {}

  /** Emitted when anything that the panel shows has changed. */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get state(): State {
    return this._state;
  }

  /** The name of the notebook, or null when none is open. */
  get notebook(): string | null {
    return this._target.kind === 'no-notebook' ? null : this._target.notebook;
  }

  /** Whether server and panel are of versions that do not fit each other. */
  get skewed(): boolean {
    return this._skewed;
  }

  /** What the choosers start from: the last choice for this kernel, else the kernel's own guess. */
  get preset(): Guess | null {
    const names = this._names.get(this._kernelId ?? '');
    if (names && !names.all) {
      return {
        forward: names.forward ?? null,
        backward: names.backward ?? null,
        parameters: names.parameters ?? null,
        data: names.data ?? []
      };
    }
    return this._state.kind === 'choosing' ? presetOf(this._state.candidates) : null;
  }

  dispose(): void {
    this._begin();
    Signal.clearData(this);
  }

  /** Say whether the panel is visible; a hidden one asks the server nothing on its own account. */
  setActive(active: boolean): void {
    this._active = active;
    if (active && this._restoreWhenActive) {
      void this.restore();
    }
  }

  /** Say which notebook is current and whether it has a kernel. */
  setTarget(target: Target): void {
    const before = this._target;
    if (JSON.stringify(before) === JSON.stringify(target)) {
      return;
    }
    this._target = target;
    if (target.kind === 'kernel' && before.kind === 'kernel' && before.kernelId === target.kernelId) {
      // Renamed, or another notebook on the same kernel: the check is the kernel's.
      this._stateChanged.emit();
      return;
    }
    this._begin();
    switch (target.kind) {
      case 'no-notebook':
        this._show({ kind: 'no-notebook' });
        break;
      case 'no-kernel':
        this._show({ kind: 'no-kernel', why: target.why });
        break;
      case 'kernel':
        this._restoreWhenActive = true;
        this._show({ kind: 'restoring' });
        if (this._active) {
          void this.restore();
        }
        break;
    }
  }

  /** Show the newest check of the kernel, if the server knows one. */
  async restore(): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null) {
      return;
    }
    const turn = this._begin();
    this._show({ kind: 'restoring' });
    try {
      await this._greet();
      if (turn !== this._turn) {
        return;
      }
      const newest = (await this._client.list(kernelId))[0];
      const partial = newest?.status === 'done' && newest.report === null;
      const check = partial ? await this._client.get(newest.id) : newest;
      if (check) {
        await this._enter(check, turn);
      } else if (turn === this._turn) {
        this._show({ kind: 'idle' });
      }
    } catch (error) {
      this._fail(error, turn, 'restore');
    }
  }

  /** Ask for a check, unless one is under way. Without `names` the last choice for this kernel stands. */
  async run(names?: Names): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null || isBusy(this._state)) {
      return;
    }
    if (names) {
      this._names.set(kernelId, names);
    }
    const options = this._options();
    const request: CheckRequest = { ...this._names.get(kernelId), ...(options && { options }) };
    const turn = this._begin();
    this._show({ kind: 'starting' });
    try {
      await this._enter(await this._client.start(kernelId, request), turn);
    } catch (error) {
      if (turn !== this._turn) {
        return;
      }
      const running = await this._running(kernelId, error);
      if (turn !== this._turn) {
        return;
      }
      if (running) {
        await this._enter(running, turn);
      } else {
        this._fail(error, turn, 'run');
      }
    }
  }

  /** Ask the server to end the check that is shown; again, where the first time did not help. */
  async cancel(): Promise<void> {
    const state = this._state;
    if (!isActive(state) || (state.kind === 'cancelling' && state.note === null)) {
      return;
    }
    const turn = this._turn;
    this._cancelling = { id: state.id, failed: null };
    this._show({ ...state, kind: 'cancelling', note: null });
    try {
      await this._client.cancel(state.id);
    } catch (error) {
      if (turn === this._turn && isActive(this._state)) {
        this._cancelling.failed = problemOf(error).message;
        this._show({ ...this._state, note: this._cancelling.failed });
      }
    }
    this._wake();
  }

  /** Ask the kernel what it offers, and let the person choose. */
  async choose(): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null || isBusy(this._state)) {
      return;
    }
    const before = this._state;
    const turn = this._begin();
    this._before = before.kind === 'done' ? before : { kind: 'idle' };
    this._show({ kind: 'looking' });
    try {
      const candidates = await this._client.probe(kernelId);
      if (turn === this._turn) {
        const empty = candidates.functions.length === 0 && candidates.parameters.length === 0;
        this._show(
          empty
            ? problemState({ code: 'nothing_found', reason: null, message: candidates.reason, candidates })
            : { kind: 'choosing', candidates, notice: null }
        );
      }
    } catch (error) {
      this._fail(error, turn, 'choose');
    }
  }

  /** Leave the choosers, or a search that takes long, for what was shown before. */
  back(): void {
    if (this._state.kind === 'choosing' || this._state.kind === 'looking' || this._state.kind === 'problem') {
      const before = this._before;
      this._begin();
      this._show(before);
    }
  }

  /** Try again what did not succeed. */
  async retry(): Promise<void> {
    const state = this._state;
    const how = state.kind === 'problem' ? state.retry : 'run';
    switch (how) {
      case 'run':
        return this.run();
      case 'choose':
        return this.choose();
      case 'restore':
        return this.restore();
      default:
        return unreachable(how);
    }
  }

  /** Take a message of the event bus; it may be about any check of the server. */
  handleEvent(event: CheckEvent): void {
    if (event.kernel_id !== this._kernelId) {
      return;
    }
    const state = this._state;
    if (isActive(state)) {
      if (event.check_id !== state.id) {
        return;
      }
      if (event.status === state.kind) {
        this._show(forward(state, { ...state, done: event.done, total: event.total }));
      } else {
        this._wake();
      }
      return;
    }
    const begun = event.status === 'queued' || event.status === 'running';
    if (begun && this._active && isAtRest(state) && event.check_id !== this._last.get(event.kernel_id)) {
      // Asked for elsewhere, in another tab or by a program.
      void this.restore();
    }
  }

  /** Say that a kernel restarts, whether it is the current notebook's or not. */
  noteRestart(kernelId: string): void {
    const id = this._last.get(kernelId);
    if (id !== undefined) {
      this._stale.add(id);
    }
    if (kernelId !== this._kernelId) {
      return;
    }
    if (this._state.kind === 'done') {
      this._show({ ...this._state, stale: true });
    }
    this._before = { kind: 'idle' };
    this._wake();
  }

  private get _kernelId(): string | null {
    return this._target.kind === 'kernel' ? this._target.kernelId : null;
  }

  /** Begin a turn: answers to whatever was asked before are no longer wanted. */
  private _begin(): number {
    this._turn += 1;
    this._restoreWhenActive = false;
    this._cancelling = null;
    this._before = { kind: 'idle' };
    this._wake();
    return this._turn;
  }

  private _show(state: State): void {
    this._state = state;
    this._stateChanged.emit();
  }

  private _fail(error: unknown, turn: number, retry: Retry): void {
    if (turn === this._turn) {
      this._show(problemState(problemOf(error), retry));
    }
  }

  /** Once a session: does the server speak this panel's version? */
  private async _greet(): Promise<void> {
    if (!this._greeted) {
      const health = await this._client.health();
      this._greeted = true;
      this._skewed = health.api !== API_VERSION;
    }
  }

  /** The check that is under way when a request was refused because of it. */
  private async _running(kernelId: string, error: unknown): Promise<Check | null> {
    if (!(error instanceof RequestError) || error.status !== 409) {
      return null;
    }
    try {
      const newest = (await this._client.list(kernelId))[0];
      return newest && isUnderWay(newest) ? newest : null;
    } catch {
      // The refusal is what the person asked about, and it is shown.
      return null;
    }
  }

  /** Show a check and follow it to its end. */
  private async _enter(first: Check, turn: number): Promise<void> {
    this._last.set(first.kernel_id, first.id);
    let check = first;
    let pause = FIRST_PAUSE;
    let failures = 0;
    while (turn === this._turn) {
      this._showCheck(check);
      if (!isUnderWay(check)) {
        return;
      }
      await this._pause(pause);
      if (turn !== this._turn) {
        return;
      }
      pause = Math.min(pause * 1.5, LONGEST_PAUSE);
      try {
        check = await this._client.get(check.id);
        failures = 0;
      } catch (error) {
        failures += 1;
        const lasting = !(error instanceof RequestError) || !error.transient;
        if (lasting || failures >= MOST_FAILURES) {
          this._fail(error, turn, 'restore');
          return;
        }
        pause = LONGEST_PAUSE;
      }
    }
  }

  private _showCheck(check: Check): void {
    const state = stateOf(check);
    if (isActive(state)) {
      const asked = this._cancelling?.id === check.id ? this._cancelling : null;
      const shown = forward(this._state, state);
      this._show({ ...shown, kind: asked ? 'cancelling' : state.kind, note: state.note ?? asked?.failed ?? null });
    } else if (state.kind === 'done') {
      this._show({ ...state, stale: this._stale.has(check.id) });
    } else {
      this._show(state);
    }
  }

  private _pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this._wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private _wake: () => void = () => undefined;
  private _active = false;
  private _before: State = { kind: 'idle' };
  /** The check that the person wants to end, and why asking for it failed. */
  private _cancelling: { id: string; failed: string | null } | null = null;
  private _greeted = false;
  /** The newest check of each kernel that was shown. */
  private readonly _last = new Map<string, string>();
  private readonly _names = new Map<string, Names>();
  private _restoreWhenActive = false;
  private _skewed = false;
  /** Checks whose kernel has restarted since. */
  private readonly _stale = new Set<string>();
  private _state: State = { kind: 'no-notebook' };
  private readonly _stateChanged = new Signal<this, void>(this);
  private _target: Target = { kind: 'no-notebook' };
  private _turn = 0;
}

/** `next` with all that `before` knew: answers and events overtake each other, and no count goes back. */
function forward(before: State, next: ActiveState): ActiveState {
  return isActive(before) && before.id === next.id
    ? {
        ...next,
        done: Math.max(before.done, next.done),
        total: next.total || before.total,
        plan: next.plan ?? before.plan
      }
    : next;
}

function isAtRest(state: State): boolean {
  return state.kind === 'idle' || state.kind === 'done' || state.kind === 'problem' || isEnded(state);
}

function isEnded(state: State): boolean {
  return state.kind === 'cancelled' || state.kind === 'aborted' || state.kind === 'lost';
}

function problemOf(error: unknown): GradcheckProblem {
  return (error instanceof RequestError ? error : networkError(error)).problem;
}
