/** The panel's one model: which notebook, which check, what to show. */

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Client } from './api';
import { API_VERSION, RequestError, networkError } from './api';
import type { Check, CheckEvent, CheckOptions, CheckRequest, GradcheckProblem, Guess, Report } from './contract';
import type { Finished } from './history';
import { remembered } from './history';
import type { Arrangement } from './order';
import { AS_GIVEN } from './order';
import { presetOf } from './readings';
import type { ActiveState, Forecast, Retry, Stale, State, Study, Target } from './state';
import { isActive, isAside, isBusy, isUnderWay, problemState, stateOf, unreachable } from './state';

/** What to check, where the person has said so; what is left out is discovered in the kernel. */
export type Names = Pick<CheckRequest, 'forward' | 'backward' | 'parameters' | 'data' | 'all'>;

const FIRST_PAUSE = 150;
const LONGEST_PAUSE = 1000;
const MOST_FAILURES = 5;
/** Reports that are kept of one kernel: each may have a megabyte. */
const MOST_REMEMBERED = 20;

/** A check that ended while another notebook was current. */
export interface Ended {
  notebook: string;
  kernelId: string;
  check: Check;
}

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

  /** Emitted with the id of a kernel whose newest report has changed, or no longer holds. */
  get reportChanged(): ISignal<this, string> {
    return this._reportChanged;
  }

  /** Emitted once for a check that was asked for here and ends while another notebook is current. */
  get ended(): ISignal<this, Ended> {
    return this._ended;
  }

  /** The newest report about a kernel's functions, where one is known, and whether it still holds. */
  reportOf(kernelId: string): { id: string; report: Report; stale: Stale | null } | null {
    const newest = this._history.get(kernelId)?.[0];
    return newest ? { id: newest.id, report: newest.report, stale: this._stale.get(newest.id) ?? null } : null;
  }

  /** The newest report about the current kernel's functions, which an earlier one that is shown does not replace. */
  get newest(): { id: string; report: Report; stale: Stale | null } | null {
    return this._kernelId === null ? null : this.reportOf(this._kernelId);
  }

  /** The checks of the current kernel that made a report, newest first. */
  get history(): readonly Finished[] {
    return this._history.get(this._kernelId ?? '') ?? [];
  }

  /** The studies of step sizes that belong to the report that is shown, by parameter. */
  get studies(): Readonly<Record<string, Study>> {
    return this._state.kind === 'done' ? this._studies.get(this._state.id) ?? {} : {};
  }

  /** What the check that is being chosen would do, where that was asked. */
  get forecast(): Forecast | null {
    return this._forecast;
  }

  /** How the person has arranged the rows of this kernel's reports. */
  get arrangement(): Arrangement {
    return this._arrangements.get(this._kernelId ?? '') ?? AS_GIVEN;
  }

  /** The options of the next check: those chosen for this kernel, else those of the settings. */
  get options(): CheckOptions {
    return this._chosen.get(this._kernelId ?? '') ?? this._options() ?? {};
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
    this._disposed = true;
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
      const check = await this._newest(kernelId);
      if (check) {
        await this._enter(check, turn);
      } else if (turn === this._turn) {
        this._show({ kind: 'idle' });
      }
    } catch (error) {
      this._fail(error, turn, 'restore');
    }
  }

  /**
   * Ask for a check, unless one is under way.
   *
   * #### Notes
   * Without `names` the last choice for this kernel stands, without `options` the last options.
   */
  async run(names?: Names, options?: CheckOptions): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null || isBusy(this._state)) {
      return;
    }
    if (names) {
      this._names.set(kernelId, names);
    }
    if (options) {
      this._chosen.set(kernelId, options);
    }
    const request = this._request(this._names.get(kernelId));
    const notebook = this.notebook ?? '';
    const turn = this._begin();
    this._show({ kind: 'starting' });
    try {
      // A study or a plan has been told to give way, and the kernel is not free before it has.
      const aside = this._asides.get(kernelId);
      if (aside) {
        await aside;
        if (turn !== this._turn) {
          return;
        }
      }
      const started = await this._client.start(kernelId, request);
      this._started.set(started.id, { kernelId, notebook });
      await this._enter(started, turn);
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

  /** Ask what a check of these would do, and how long it would take. */
  async foresee(names: Names, options: CheckOptions): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null || this._state.kind !== 'choosing') {
      return;
    }
    const turn = this._turn;
    const tell = (forecast: Forecast) => {
      if (turn === this._turn) {
        this._forecast = forecast;
        this._stateChanged.emit();
      }
    };
    tell({ kind: 'asked' });
    try {
      const request = { ...names, ...(Object.keys(options).length > 0 && { options }), plan: true };
      const check = await this._askAside(kernelId, request);
      tell(
        check?.plan
          ? { kind: 'told', plan: check.plan }
          : { kind: 'failed', message: check?.error?.message ?? NOTHING_SAID }
      );
    } catch (error) {
      tell({ kind: 'failed', message: problemOf(error).message });
    }
  }

  /** Ask how the error of a parameter's numerical gradient depends on the step. */
  async study(parameter: string): Promise<void> {
    const kernelId = this._kernelId;
    const state = this._state;
    if (kernelId === null || state.kind !== 'done' || this.studies[parameter]?.kind === 'running') {
      return;
    }
    const tell = (study: Study | null) => {
      const { [parameter]: _, ...others } = this._studies.get(state.id) ?? {};
      this._studies.set(state.id, study ? { ...others, [parameter]: study } : others);
      this._stateChanged.emit();
    };
    tell({ kind: 'running' });
    try {
      const request = { ...this._request(this._names.get(kernelId)), steps: parameter };
      const check = await this._askAside(kernelId, request);
      if (check === null) {
        // It gave way to something else, and can be asked for again.
        tell(null);
      } else if (check.steps) {
        tell({ kind: 'ready', steps: check.steps });
      } else {
        tell({ kind: 'failed', message: check.error?.message ?? NOTHING_SAID });
      }
    } catch (error) {
      tell({ kind: 'failed', message: problemOf(error).message });
    }
  }

  /** Arrange the rows of this kernel's reports, those to come among them. */
  arrange(arrangement: Arrangement): void {
    if (this._kernelId !== null) {
      this._arrangements.set(this._kernelId, arrangement);
      this._stateChanged.emit();
    }
  }

  /** Show an earlier check of this kernel. */
  recall(id: string): void {
    const found = this.history.find(one => one.id === id);
    if (found && !isBusy(this._state)) {
      this._begin();
      this._show({ kind: 'done', id, report: found.report, stale: this._stale.get(id) ?? null });
    }
  }

  /** Learn of the checks of this kernel that were made before this page was opened. */
  async loadHistory(): Promise<void> {
    const kernelId = this._kernelId;
    if (kernelId === null) {
      return;
    }
    try {
      const known = new Set(this.history.map(one => one.id));
      const checks = await this._client.list(kernelId);
      for (const { id, status } of checks.slice(0, MOST_REMEMBERED)) {
        if (status === 'done' && !known.has(id)) {
          this._remember(await this._client.get(id));
        }
      }
    } catch {
      // What is shown is not affected, and the next check will say that the server does not answer.
    } finally {
      this._stateChanged.emit();
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
      void this._noteEnd(event);
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
    if (this._asides.has(event.kernel_id) || this._asideIds.has(event.check_id)) {
      // A study or a plan changes nothing that is shown, and its events may come after its end.
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
      this._stale.set(id, 'restarted');
    }
    this._outdate(kernelId, 'restarted');
    if (kernelId === this._kernelId) {
      this._before = { kind: 'idle' };
      if (this._state.kind === 'aborted' || this._state.kind === 'cancelled') {
        // What kept that check from its end went with the kernel.
        this._showNewest(kernelId);
      }
      this._wake();
    }
  }

  /** Say that a function which the newest report of a kernel is about was defined anew. */
  noteRedefinition(kernelId: string): void {
    this._outdate(kernelId, 'redefined');
  }

  /** Check again what the newest report of the current kernel is about, also where the last check made no report. */
  async recheck(kernelId: string): Promise<void> {
    const { kind } = this._state;
    if (kernelId === this._kernelId && (kind === 'done' || kind === 'problem' || isEnded(this._state))) {
      await this.run();
    }
  }

  /** The reports of a kernel no longer hold, unless that was known before. */
  private _outdate(kernelId: string, stale: Stale): void {
    for (const { id } of this._history.get(kernelId) ?? []) {
      if (this._stale.get(id) !== 'restarted') {
        this._stale.set(id, stale);
      }
    }
    this._reportChanged.emit(kernelId);
    if (kernelId === this._kernelId && this._state.kind === 'done') {
      this._show({ ...this._state, stale: this._stale.get(this._state.id) ?? stale });
    }
  }

  private _remember(check: Check): void {
    if (check.report !== null) {
      const list = this._history.get(check.kernel_id) ?? [];
      const entry = { id: check.id, at: check.ended ?? check.created, report: check.report };
      this._history.set(check.kernel_id, remembered(list, entry, MOST_REMEMBERED));
      this._reportChanged.emit(check.kernel_id);
    }
  }

  private _request(names: Names | undefined): CheckRequest {
    const options = this.options;
    return { ...names, ...(Object.keys(options).length > 0 && { options }) };
  }

  /** The newest check of a kernel that was asked for a verdict, whole. */
  private async _newest(kernelId: string): Promise<Check | null> {
    for (const check of await this._client.list(kernelId)) {
      const whole = check.status === 'done' && check.report === null ? await this._client.get(check.id) : check;
      if (!isAside(whole)) {
        return whole;
      }
    }
    return null;
  }

  /**
   * A check that makes no verdict, followed to its end; what is shown stays.
   *
   * #### Notes
   * A kernel is asked one after the other. With the next turn nobody waits for what was asked in this one: it is ended,
   * and null is the answer.
   */
  private async _askAside(kernelId: string, request: CheckRequest): Promise<Check | null> {
    const turn = this._turn;
    const before = this._asides.get(kernelId);
    const asked = (async () => {
      await before;
      return turn === this._turn ? this._followAside(await this._client.start(kernelId, request), turn) : null;
    })();
    const ended = asked.then(
      () => undefined,
      () => undefined
    );
    this._asides.set(kernelId, ended);
    try {
      return await asked;
    } finally {
      if (this._asides.get(kernelId) === ended) {
        this._asides.delete(kernelId);
      }
    }
  }

  private async _followAside(first: Check, turn: number): Promise<Check | null> {
    this._asideIds.add(first.id);
    let check = first;
    let pause = FIRST_PAUSE;
    let wanted = true;
    while (isUnderWay(check)) {
      if (wanted && turn !== this._turn) {
        // The kernel has better things to do, and does them when it has ended this.
        wanted = false;
        pause = FIRST_PAUSE;
        await this._client.cancel(check.id);
      }
      if (this._disposed) {
        break;
      }
      await this._pause(pause);
      pause = Math.min(pause * 1.5, LONGEST_PAUSE);
      if (!wanted || turn === this._turn) {
        check = await this._client.get(check.id);
      }
    }
    return wanted ? check : null;
  }

  /** Tell of a check that ends while another notebook is current. */
  private async _noteEnd(event: CheckEvent): Promise<void> {
    const asked = this._started.get(event.check_id);
    if (!asked || ['queued', 'running', 'cancelling'].includes(event.status)) {
      return;
    }
    this._started.delete(event.check_id);
    try {
      const check = await this._client.get(event.check_id);
      this._remember(check);
      if (check.status !== 'cancelled') {
        this._ended.emit({ ...asked, check });
      }
    } catch {
      // Its notebook will tell, when it is current again.
    }
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
    this._forecast = null;
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
      if (isAside(check)) {
        // Another tab's study: what there was before it is still so.
        this._showNewest(check.kernel_id);
        return;
      }
      this._showCheck(check);
      if (!isUnderWay(check)) {
        this._started.delete(check.id);
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
      this._remember(check);
      this._show({ ...state, stale: this._stale.get(check.id) ?? null });
    } else {
      this._show(state);
    }
  }

  /** Show the newest report of a kernel, where there is one. */
  private _showNewest(kernelId: string): void {
    const newest = this.reportOf(kernelId);
    this._show(newest ? { kind: 'done', ...newest } : { kind: 'idle' });
  }

  private _pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        clearTimeout(timer);
        this._pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this._pauses.add(end);
    });
  }

  /** Whoever waits to ask the server again asks now. */
  private _wake(): void {
    [...this._pauses].forEach(end => end());
  }

  private _active = false;
  /** By kernel. */
  private readonly _arrangements = new Map<string, Arrangement>();
  /** Studies and plans, which make no verdict. */
  private readonly _asideIds = new Set<string>();
  /** By kernel, the end of the last of them that is under way. */
  private readonly _asides = new Map<string, Promise<void>>();
  private _before: State = { kind: 'idle' };
  /** The check that the person wants to end, and why asking for it failed. */
  private _cancelling: { id: string; failed: string | null } | null = null;
  /** The options that were chosen for a kernel. */
  private readonly _chosen = new Map<string, CheckOptions>();
  private readonly _ended = new Signal<this, Ended>(this);
  private _disposed = false;
  private _forecast: Forecast | null = null;
  private _greeted = false;
  /** By kernel, newest first. */
  private readonly _history = new Map<string, Finished[]>();
  /** The newest check of each kernel that was shown. */
  private readonly _last = new Map<string, string>();
  private readonly _names = new Map<string, Names>();
  private readonly _reportChanged = new Signal<this, string>(this);
  private readonly _pauses = new Set<() => void>();
  private _restoreWhenActive = false;
  private _skewed = false;
  /** Checks that may no longer hold. */
  private readonly _stale = new Map<string, Stale>();
  /** Checks that were asked for here, until they have ended. */
  private readonly _started = new Map<string, { kernelId: string; notebook: string }>();
  private _state: State = { kind: 'no-notebook' };
  private readonly _stateChanged = new Signal<this, void>(this);
  /** By check, then by parameter. */
  private readonly _studies = new Map<string, Record<string, Study>>();
  private _target: Target = { kind: 'no-notebook' };
  private _turn = 0;
}

const NOTHING_SAID = 'The kernel did not answer.';

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
