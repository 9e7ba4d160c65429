/** The outcome of a check. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Report, SourcePlace } from '../contract';
import { formatCount, formatDifference, formatSeconds, visible } from '../format';
import { VerdictIcon } from './icons';
import { MessageText } from './message';
import { Parameter } from './parameter';

export interface ReportProps {
  report: Report;
  /** Whether the kernel has restarted since. */
  stale: boolean;
  trans: TranslationBundle;
  onReveal: (place: SourcePlace) => void;
}

export function ReportView(props: ReportProps): JSX.Element {
  const { report, stale, trans } = props;
  // What stands beside a parameter is not said again.
  const said = new Set(report.parameters.map(parameter => parameter.blind?.message));
  const warnings = report.warnings.filter(warning => !said.has(warning.message));
  return (
    <section className="jp-gradcheck-report" data-stale={stale} aria-label={trans.__('Report')}>
      {stale && <p className="jp-gradcheck-stale">{trans.__('The kernel has restarted since this check.')}</p>}
      <div className="jp-gradcheck-verdict" data-verdict={report.verdict}>
        <VerdictIcon verdict={report.verdict} />
        <MessageText text={report.message} />
      </div>
      <p className="jp-gradcheck-difference" title={differenceHelp(trans)}>
        <span>{trans.__('Relative difference')}</span>
        <b>{formatDifference(report.relative_difference)}</b>
      </p>
      {report.coverage && <MessageText className="jp-gradcheck-coverage" text={report.coverage.message} />}
      <p className="jp-gradcheck-facts">{facts(report, trans).join(' · ')}</p>
      <ul className="jp-gradcheck-parameters" role="list" aria-label={trans.__('Parameters')}>
        {report.parameters.map((one, index) => (
          <Parameter key={index} parameter={one} trans={trans} onReveal={props.onReveal} />
        ))}
      </ul>
      {warnings.length > 0 && (
        <ul className="jp-gradcheck-warnings" role="list" aria-label={trans.__('Warnings')}>
          {warnings.map((warning, index) => (
            <li key={index} data-warning={warning.code}>
              <b>{trans.__('Note:')}</b> {visible(warning.message)}
            </li>
          ))}
        </ul>
      )}
      <footer className="jp-gradcheck-checked">
        {trans.__('Checked:')} <code>{visible(report.forward.name)}</code>{' '}
        {report.backward ? (
          <>
            {trans.__('with')} <code>{visible(report.backward.name)}</code>
          </>
        ) : (
          trans.__('with the gradient that TensorFlow uses')
        )}
      </footer>
    </section>
  );
}

/** What a relative difference is, for a tooltip. */
export function differenceHelp(trans: TranslationBundle): string {
  return trans.__(
    '‖g − n‖ / (‖g‖ + ‖n‖), where g is the gradient that your code claims and n the numerical one. 0 means equal, 1 means nothing in common. How small is small enough depends on the precision, so the verdict does not rest on this number alone.'
  );
}

function facts(report: Report, trans: TranslationBundle): string[] {
  const methods: Record<Report['method'], string> = {
    central: trans.__('central differences'),
    'complex-step': trans.__('complex step'),
    autodiff: trans.__('automatic differentiation')
  };
  const backends: Record<Report['backend'], string> = { numpy: 'NumPy', tensorflow: 'TensorFlow' };
  return [
    trans._n('%2 evaluation', '%2 evaluations', report.evaluations, formatCount(report.evaluations)),
    report.lifted ? trans.__('%1 instead of %2', report.precision, report.lifted) : report.precision,
    methods[report.method],
    backends[report.backend],
    formatSeconds(report.elapsed_seconds)
  ];
}
