/** Shows a report in the output of a cell, with the components of the panel. */

import { Clipboard } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ReportView } from './components/report';
import type { Report, SourcePlace } from './contract';
import { isReport } from './report';

export const REPORT_MIME = 'application/vnd.jupyterlab-gradcheck.report.v1+json';

export interface RendererOptions {
  trans: TranslationBundle;
  onReveal: (place: SourcePlace, report: Report) => void;
}

/** What makes the renderers. Nothing of a report is run or taken for markup, so an untrusted one does no harm. */
export function rendererFactory(options: RendererOptions): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [REPORT_MIME],
    // Before the static HTML of the same report.
    defaultRank: 40,
    createRenderer: () => new ReportRenderer(options)
  };
}

class ReportRenderer extends ReactWidget implements IRenderMime.IRenderer {
  constructor(private readonly _options: RendererOptions) {
    super();
    this.addClass('jp-gradcheck-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data: unknown = model.data[REPORT_MIME];
    this._report = isReport(data) ? data : null;
    const text = model.data['text/plain'];
    this._text = typeof text === 'string' ? text : '';
    this.update();
    await this.renderPromise;
  }

  protected override render(): JSX.Element {
    const { trans, onReveal } = this._options;
    const report = this._report;
    if (report === null) {
      // Of another version: its own text says what it found.
      return <pre className="jp-gradcheck-code">{this._text}</pre>;
    }
    return (
      <div className="jp-gradcheck-root">
        <ReportView
          report={report}
          trans={trans}
          onCopy={text => Clipboard.copyToSystem(text)}
          onReveal={place => onReveal(place, report)}
        />
      </div>
    );
  }

  private _report: Report | null = null;
  private _text = '';
}
