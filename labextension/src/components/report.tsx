/** The outcome of a check. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Report } from '../contract';
import { formatCount, formatDifference, formatSeconds, visible } from '../format';
import type { Arranging } from '../order';
import type { Study } from '../state';
import { VerdictIcon } from './icons';
import { MessageText } from './message';
import type { RowActions } from './parameter';
import { Rows } from './rows';

export interface ReportProps extends RowActions {
  report: Report;
  studies?: Readonly<Record<string, Study>> | undefined;
  /** See `Rows`. */
  fixed?: boolean | undefined;
  arranging?: Arranging | undefined;
  /** What stands between the verdict and its figures. */
  children?: React.ReactNode;
  trans: TranslationBundle;
}

export function ReportView(props: ReportProps): JSX.Element {
  const { report, trans } = props;
  // What stands beside a parameter is not said again.
  const said = new Set(report.parameters.map(parameter => parameter.blind?.message));
  const warnings = report.warnings.filter(warning => !said.has(warning.message));
  return (
    <section className="jp-gradcheck-report" aria-label={trans.__('Report')}>
      <div className="jp-gradcheck-verdict" data-verdict={report.verdict}>
        <VerdictIcon verdict={report.verdict} />
        <MessageText text={report.message} />
      </div>
      {props.children}
      {report.verdict === 'inconclusive' && <p className="jp-gradcheck-advice">{adviceOf(report, trans)}</p>}
      <p className="jp-gradcheck-difference" title={differenceHelp(trans)}>
        <span>{trans.__('Relative difference')}</span>
        <b>{formatDifference(report.relative_difference)}</b>
      </p>
      {report.coverage && <MessageText className="jp-gradcheck-coverage" text={report.coverage.message} />}
      <p className="jp-gradcheck-facts">{facts(report, trans).join(' · ')}</p>
      <Rows
        parameters={report.parameters}
        studies={props.studies ?? {}}
        fixed={props.fixed}
        arranging={props.arranging}
        trans={trans}
        onCopy={props.onCopy}
        onReveal={props.onReveal}
        locate={props.locate}
        onStudy={props.onStudy}
      />
      {warnings.length > 0 && (
        <ul className="jp-gradcheck-warnings" role="list" aria-label={trans.__('Notes')}>
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

/** What to do about a check that could not decide. */
function adviceOf(report: Report, trans: TranslationBundle): string {
  const open = report.parameters.filter(parameter => parameter.verdict === 'inconclusive');
  if (open.some(parameter => (parameter.coverage ?? 'every-entry') === 'sampled')) {
    return trans.__(
      'The budget did not reach every entry. Allow more evaluations or more time, under Choose functions… > Options, and check again.'
    );
  }
  if (report.precision !== 'float64' && !report.lifted) {
    return trans.__(
      'In %1 only large errors can be told from rounding. With float64 parameters and data, a check sees far smaller ones.',
      report.precision
    );
  }
  return trans.__(
    'No verdict is made up where the arithmetic cannot tell. Other parameter values or another batch often can: run the cell that makes them again, with another seed, and check again.'
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
