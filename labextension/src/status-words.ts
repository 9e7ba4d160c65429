/** What the status bar says about the current notebook. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { Report } from './contract';
import type { Stale, State } from './state';
import { isBusy } from './state';

/** The newest report of the current kernel, whatever the panel shows meanwhile. */
export type Newest = { report: Report; stale: Stale | null } | null;

/** Whether the status bar has something to say. */
export function hasStatus(state: State, newest: Newest): boolean {
  return isBusy(state) || told(state, newest) !== null;
}

/** A few words; null where there is nothing to say. */
export function statusOf(state: State, newest: Newest, trans: TranslationBundle): string | null {
  if (isBusy(state)) {
    return trans.__('Checking gradients…');
  }
  const current = told(state, newest);
  if (current === null) {
    return null;
  }
  const { report, stale } = current;
  if (stale !== null) {
    return trans.__('Gradients: check again');
  }
  const count = (verdict: string) => report.parameters.filter(one => one.verdict === verdict).length;
  switch (report.verdict) {
    case 'fail':
      return count('fail') > 0 ? trans.__('Gradients: %1 wrong', count('fail')) : trans.__('Gradients: wrong');
    case 'inconclusive':
      return trans.__('Gradients: %1 undecided', count('inconclusive'));
    case 'pass':
      return trans.__('Gradients: right');
  }
}

/** The report that holds: looking at an earlier one, or for other functions, takes nothing from it; a check without one does. */
export function told(state: State, newest: Newest): Newest {
  const unasked = state.kind === 'looking' || (state.kind === 'choosing' && state.notice === null);
  return state.kind === 'done' || unasked ? newest : null;
}
