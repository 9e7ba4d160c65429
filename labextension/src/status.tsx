/** The verdict on the current notebook, in the status bar. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { VerdictIcon } from './components/icons';
import type { GradcheckModel } from './model';
import type { State } from './state';
import { isBusy } from './state';

export class StatusItem extends ReactWidget {
  constructor(
    private readonly _model: GradcheckModel,
    private readonly _trans: TranslationBundle,
    private readonly _onClick: () => void
  ) {
    super();
    this.addClass('jp-gradcheck-status');
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => {
          const { state } = this._model;
          const text = statusOf(state, this._trans);
          return text === null ? (
            <></>
          ) : (
            <button
              type="button"
              className="jp-gradcheck-status-item"
              title={this._trans.__('Show the gradient check panel')}
              onClick={this._onClick}
            >
              {state.kind === 'done' && <VerdictIcon verdict={state.report.verdict} />}
              <span>{text}</span>
            </button>
          );
        }}
      </UseSignal>
    );
  }
}

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
