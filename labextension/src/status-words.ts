/** What the status bar says about the current notebook. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { State } from './state';
import { isBusy } from './state';

/** Whether the status bar has something to say. */
export function hasStatus(state: State): boolean {
  return isBusy(state) || state.kind === 'done';
}

/** A few words; null where there is nothing to say. */
export function statusOf(state: State, trans: TranslationBundle): string | null {
  if (isBusy(state)) {
    return trans.__('Checking gradients…');
  }
  if (state.kind !== 'done') {
    return null;
  }
  if (state.stale !== null) {
    return trans.__('Gradients: check again');
  }
  const count = (verdict: string) => state.report.parameters.filter(one => one.verdict === verdict).length;
  switch (state.report.verdict) {
    case 'fail':
      return count('fail') > 0 ? trans.__('Gradients: %1 wrong', count('fail')) : trans.__('Gradients: wrong');
    case 'inconclusive':
      return trans.__('Gradients: %1 undecided', count('inconclusive'));
    case 'pass':
      return trans.__('Gradients: right');
  }
}
