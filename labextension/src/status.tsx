/** The verdict on the current notebook, in the status bar. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { VerdictIcon } from './components/icons';
import type { GradcheckModel } from './model';
import { isBusy } from './state';
import { statusOf, told } from './status-words';

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
          const { state, newest } = this._model;
          const text = statusOf(state, newest, this._trans);
          const verdict = isBusy(state) ? null : told(state, newest)?.report.verdict ?? null;
          return text === null ? (
            <></>
          ) : (
            <button
              type="button"
              className="jp-gradcheck-status-item"
              title={this._trans.__('Show the gradient check panel')}
              onClick={this._onClick}
            >
              {verdict !== null && <VerdictIcon verdict={verdict} />}
              <span>{text}</span>
            </button>
          );
        }}
      </UseSignal>
    );
  }
}
