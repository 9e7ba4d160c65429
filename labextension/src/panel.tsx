/** The panel in the right sidebar. */

import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { View } from './components/view';
import type { Report, SourcePlace } from './contract';
import { gradcheckIcon } from './icon';
import type { Located } from './locate';
import type { GradcheckModel } from './model';
import type { Preferences } from './preferences';
import type { Origin } from './save';
import { save } from './save';

export const PANEL_ID = 'jupyterlab-gradcheck-panel';

export interface PanelOptions {
  model: GradcheckModel;
  preferences: Preferences;
  trans: TranslationBundle;
  onReveal: (place: SourcePlace, report: Report) => void;
  /** Where a line stands by now, and what tells that it may stand elsewhere. */
  locate: (place: SourcePlace, report: Report) => Located | null;
  moved: ISignal<unknown, void>;
  onChangeKernel: () => void;
}

export class GradcheckPanel extends ReactWidget {
  constructor(private readonly _options: PanelOptions) {
    super();
    const { preferences, trans } = _options;
    this.id = PANEL_ID;
    this.addClass('jp-gradcheck-panel');
    this.title.icon = gradcheckIcon;
    this.title.caption = trans.__('Gradient check');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Gradient check'));
    preferences.changed.connect(() => this.update());
    _options.moved.connect(() => this.isVisible && this.update());
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._options.model.setActive(true);
    // Nothing was drawn while nobody saw it.
    this.update();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._options.model.setActive(false);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._options.model.setActive(this.isVisible);
  }

  protected override onBeforeDetach(message: Message): void {
    this._options.model.setActive(false);
    super.onBeforeDetach(message);
  }

  protected override render(): JSX.Element {
    const { model, preferences, trans, locate, onReveal, onChangeKernel } = this._options;
    return (
      <>
        <header className="jp-gradcheck-header">
          <h2>{trans.__('Gradient check')}</h2>
        </header>
        <UseSignal signal={model.stateChanged} shouldUpdate={() => this.isVisible}>
          {() => (
            <View
              state={model.state}
              notebook={model.notebook}
              preset={model.preset}
              skewed={model.skewed}
              history={model.history}
              studies={model.studies}
              options={model.options}
              forecast={model.forecast}
              arranging={{ arrangement: model.arrangement, onArrange: made => model.arrange(made) }}
              recheck={preferences.recheck}
              locate={locate}
              trans={trans}
              onRun={() => void model.run()}
              onCheck={(names, options) => void model.run(names, options)}
              onForesee={(names, options) => void model.foresee(names, options)}
              onStudy={parameter => void model.study(parameter)}
              onRecheck={on => preferences.setRecheck(on)}
              onRecall={id => model.recall(id)}
              onHistory={() => void model.loadHistory()}
              onSave={(report, format) => save(report, format, originOf(report, model), trans)}
              onStop={() => void model.cancel()}
              onChoose={() => void model.choose()}
              onBack={() => model.back()}
              onRetry={() => void model.retry()}
              onCopy={text => Clipboard.copyToSystem(text)}
              onReveal={place => model.state.kind === 'done' && onReveal(place, model.state.report)}
              onChangeKernel={onChangeKernel}
            />
          )}
        </UseSignal>
      </>
    );
  }
}

/** What a saved report says of where it comes from. */
function originOf(report: Report, model: GradcheckModel): Origin {
  return { notebook: model.notebook ?? '', at: model.history.find(one => one.report === report)?.at ?? '' };
}
