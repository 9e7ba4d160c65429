/** What the panel can be showing: one tag a view. */

import type { Candidates, Check, GradcheckProblem, Plan, Report, StepStudy } from './contract';

/** The notebook that the panel belongs to, and whether its kernel can be asked. */
export type Target =
  | { kind: 'no-notebook' }
  | { kind: 'no-kernel'; notebook: string; why: NoKernel }
  | { kind: 'kernel'; notebook: string; kernelId: string };

export type NoKernel = 'none' | 'starting' | 'dead';

/** What a retry does: ask for a new check, ask again what there is to choose from, or look for the newest check. */
export type Retry = 'run' | 'choose' | 'restore';

export type State =
  | { kind: 'no-notebook' }
  | { kind: 'no-kernel'; why: NoKernel }
  | { kind: 'restoring' }
  | { kind: 'idle' }
  | { kind: 'starting' }
  | ActiveState
  | { kind: 'done'; id: string; report: Report; stale: Stale | null }
  | { kind: 'problem'; problem: GradcheckProblem; retry: Retry }
  | { kind: 'cancelled' | 'aborted' | 'lost'; message: string | null }
  | { kind: 'looking' }
  | { kind: 'choosing'; candidates: Candidates; notice: string | null };

/** Why a report may no longer hold: the kernel has restarted since, or a function that it is about was defined anew. */
export type Stale = 'restarted' | 'redefined';

/** A study of step sizes that was asked for. */
export type Study = { kind: 'running' } | { kind: 'ready'; steps: StepStudy } | { kind: 'failed'; message: string };

/** What a check would do, where that was asked before the check. */
export type Forecast = { kind: 'asked' } | { kind: 'told'; plan: Plan } | { kind: 'failed'; message: string };

/** A check that the server has and that has not ended. `note` says what went wrong in following or stopping it. */
export type ActiveState = {
  kind: 'queued' | 'running' | 'cancelling';
  id: string;
  done: number;
  total: number;
  /** What the kernel is going to do; null until it has told. */
  plan: Plan | null;
  note: string | null;
};

/** Whether a check is under way, so that another cannot be asked for. */
export function isBusy(state: State): boolean {
  return state.kind === 'starting' || isActive(state);
}

export function isActive(state: State): state is ActiveState {
  return state.kind === 'queued' || state.kind === 'running' || state.kind === 'cancelling';
}

/** Whether it was asked for a study or a plan, and not for a verdict. */
export function isAside(check: Check): boolean {
  return check.status === 'done' && check.report === null && Boolean(check.steps ?? check.plan);
}

/** Whether the server will still change this check. */
export function isUnderWay(check: Check): boolean {
  return check.status === 'queued' || check.status === 'running' || check.status === 'cancelling';
}

/** The view of a check as the server tells it. */
export function stateOf(check: Check): State {
  switch (check.status) {
    case 'queued':
    case 'running':
    case 'cancelling':
      return {
        kind: check.status,
        id: check.id,
        ...check.progress,
        plan: check.plan ?? null,
        note: check.error?.message ?? null
      };
    case 'done':
      return check.report === null
        ? problemState(noReport(check.id))
        : { kind: 'done', id: check.id, report: check.report, stale: null };
    case 'error':
      return problemState(check.error ?? noReport(check.id));
    case 'cancelled':
    case 'aborted':
    case 'lost':
      return { kind: check.status, message: check.error?.message ?? null };
    default:
      return unreachable(check.status);
  }
}

/** Problems that are questions: the person's answer is the way on. */
const QUESTIONS: readonly string[] = ['ambiguous', 'several', 'unbound_argument'];

/** The view of a problem: a choice to make where the kernel offers one, else what went wrong. */
export function problemState(problem: GradcheckProblem, retry: Retry = 'run'): State {
  if (QUESTIONS.includes(problem.code) && problem.candidates) {
    return { kind: 'choosing', candidates: problem.candidates, notice: problem.message };
  }
  return { kind: 'problem', problem, retry };
}

/** The end of an exhaustive switch: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}

function noReport(id: string): GradcheckProblem {
  return { code: 'no_report', reason: null, message: `The server ended check ${id} without a report.` };
}
