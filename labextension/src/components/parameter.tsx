/** One parameter of a report: a row that opens. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Blind, ParameterReport, SourcePlace, Verdict } from '../contract';
import { parameterText } from '../copy';
import { formatCount, formatDifference, formatEntry, formatShape, visible } from '../format';
import type { Located } from '../locate';
import type { Study } from '../state';
import { Button } from './button';
import { DifferenceBar } from './bar';
import { Entries } from './entries';
import { HeatMap } from './heat';
import { VerdictIcon } from './icons';
import { MessageText } from './message';
import { Scatter } from './scatter';
import { StepPlot } from './study';

/** From here on a name is cut after a few lines while its row is closed. */
const LONG = 60;

/** What can be done with a row; without one of these its button is not there. */
export interface RowActions {
  onCopy?: ((text: string) => void) | undefined;
  onReveal?: ((place: SourcePlace) => void) | undefined;
  /** Where a line stands by now; null where that is not known. */
  locate?: ((place: SourcePlace) => Located | null) | undefined;
  /** Ask for the study of step sizes. */
  onStudy?: ((parameter: string) => void) | undefined;
}

export interface ParameterProps extends RowActions {
  parameter: ParameterReport;
  open: boolean;
  /** Left out where rows stay as they are, as in a saved page. */
  onToggle?: (() => void) | undefined;
  study: Study | null;
  trans: TranslationBundle;
}

export function Parameter(props: ParameterProps): JSX.Element {
  const { parameter, open, trans } = props;
  const { verdict, source } = parameter;
  const details = React.useId();
  return (
    <li className="jp-gradcheck-parameter" data-parameter={parameter.name} data-verdict={verdict}>
      {props.onToggle ? (
        <button
          type="button"
          className="jp-gradcheck-row"
          aria-expanded={open}
          aria-controls={open ? details : undefined}
          onClick={props.onToggle}
        >
          <Title {...props} />
        </button>
      ) : (
        <div className="jp-gradcheck-row">
          <Title {...props} />
        </div>
      )}
      <DifferenceBar
        difference={parameter.relative_difference}
        bound={parameter.relative_error_bound ?? null}
        trans={trans}
      />
      <MessageText className="jp-gradcheck-sentence" text={parameter.message} />
      {source && <Source place={source} trans={trans} locate={props.locate} onReveal={props.onReveal} />}
      {open && (
        <div id={details} className="jp-gradcheck-details">
          <Details {...props} />
        </div>
      )}
    </li>
  );
}

function Title(props: ParameterProps): JSX.Element {
  const { parameter, trans } = props;
  const words: Record<Verdict, string> = {
    pass: trans.__('right'),
    fail: trans.__('wrong'),
    inconclusive: trans.__('undecided')
  };
  const difference = formatDifference(parameter.relative_difference);
  return (
    <>
      <VerdictIcon verdict={parameter.verdict} />
      <span className="jp-gradcheck-hidden">{words[parameter.verdict]}</span>
      <span className="jp-gradcheck-title">
        <span
          className="jp-gradcheck-name"
          {...(parameter.name.length > LONG && { 'data-long': true, title: visible(parameter.name) })}
        >
          {visible(parameter.name)}
        </span>{' '}
        <span className="jp-gradcheck-shape">{formatShape(parameter.shape) || trans.__('one number')}</span>
      </span>
      <span className="jp-gradcheck-number" title={trans.__('Relative difference %1', difference)}>
        <span className="jp-gradcheck-hidden">{trans.__('relative difference')}</span> {difference}
      </span>
      {props.onToggle && <span className="jp-gradcheck-caret" aria-hidden="true" />}
    </>
  );
}

function Details(props: ParameterProps): JSX.Element {
  const { parameter, study, trans, onCopy, onStudy } = props;
  const measured = parameter.worst.length > 0;
  const { pass, fail, inconclusive } = parameter.counts;
  const compared = pass + fail + inconclusive;
  const limit = parameter.detection_limit;
  return (
    <>
      <p className="jp-gradcheck-summary">{summary(parameter, trans)}</p>
      {limit !== null && limit > 0 && (
        <p className="jp-gradcheck-help">
          {trans.__('An error above %1 in any one entry would have been called wrong.', formatEntry(limit))}
        </p>
      )}
      <HeatMap parameter={parameter} fixed={!props.onToggle} trans={trans} />
      {parameter.sample && <Scatter sample={parameter.sample} trans={trans} />}
      {measured && (
        <Entries
          entries={parameter.worst}
          of={parameter.worst.length < compared ? compared : undefined}
          trans={trans}
        />
      )}
      {parameter.elsewhere && (
        <div data-elsewhere="true">
          <p className="jp-gradcheck-summary">{trans.__('The worst entry at a point nearby')}</p>
          <Entries entries={[parameter.elsewhere]} trans={trans} />
        </div>
      )}
      {parameter.blind && <BlindSpots blind={parameter.blind} size={parameter.size} trans={trans} />}
      {study?.kind === 'ready' && <StepPlot study={study.steps} trans={trans} />}
      {study?.kind === 'failed' && <MessageText className="jp-gradcheck-notice" text={study.message} alert />}
      {(onCopy || onStudy) && (
        <div className="jp-gradcheck-actions">
          {onCopy && measured && (
            <Button look="link" className="jp-gradcheck-copy-row" onClick={() => onCopy(parameterText(parameter))}>
              {trans.__('Copy entries')}
            </Button>
          )}
          {onStudy && measured && study?.kind !== 'ready' && (
            <Button
              look="link"
              className="jp-gradcheck-study"
              disabled={study?.kind === 'running'}
              onClick={() => onStudy(parameter.name)}
            >
              {study?.kind === 'running' ? trans.__('Measuring steps…') : trans.__('How the step matters')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

/** The line that the gradient comes from; a click goes there. */
function Source(
  props: { place: SourcePlace; trans: TranslationBundle } & Pick<RowActions, 'onReveal' | 'locate'>
): JSX.Element {
  const { place, trans, onReveal, locate } = props;
  const text = `${placeName(place, locate?.(place) ?? null, trans)} ${visible(place.text.trim())}`;
  return onReveal ? (
    <button
      type="button"
      className="jp-gradcheck-source"
      title={trans.__('Go to this line')}
      onClick={() => onReveal(place)}
    >
      {text}
    </button>
  ) : (
    <p className="jp-gradcheck-source">{text}</p>
  );
}

/** Which line of which cell, as the notebook numbers them now. */
function placeName(place: SourcePlace, located: Located | null, trans: TranslationBundle): string {
  if (located === null) {
    return trans.__('line %1:', place.line);
  }
  const { line, cell } = located;
  if (line === null) {
    return cell === null
      ? trans.__('line %1 when it was checked:', place.line)
      : trans.__('cell [%1], line %2 when it was checked:', cell, place.line);
  }
  return cell === null ? trans.__('line %1:', line) : trans.__('cell [%1], line %2:', cell, line);
}

/** The entries that the point of the check cannot test, and why. */
function BlindSpots(props: { blind: Blind; size: number; trans: TranslationBundle }): JSX.Element {
  const { blind, size, trans } = props;
  return (
    <div className="jp-gradcheck-blind">
      <p className="jp-gradcheck-summary">
        {blind.nearby < blind.count
          ? trans.__('%1 of %2 entries cannot be tested here', formatCount(blind.count - blind.nearby), formatCount(size))
          : trans.__('%1 of %2 entries tested only nearby', formatCount(blind.count), formatCount(size))}
      </p>
      <MessageText className="jp-gradcheck-help" text={blind.message} />
    </div>
  );
}

/** How many entries were looked at one by one, and how many of these are not right. */
function summary(parameter: ParameterReport, trans: TranslationBundle): string {
  const { counts, size, verdict } = parameter;
  const measured = counts.pass + counts.fail + counts.inconclusive;
  if (measured === 0) {
    return parameter.cause ? trans.__('No entry could be compared.') : trans.__('No entry was measured one by one.');
  }
  const doubted = verdict === 'fail' && counts.fail > 0 ? counts.fail : counts.inconclusive;
  if (doubted === 0) {
    return measured < size
      ? trans.__('%1 of %2 entries measured', formatCount(measured), formatCount(size))
      : trans._n('The one entry measured', 'Each of the %2 entries measured', size, formatCount(size));
  }
  const of = formatCount(Math.min(measured, size));
  if (measured < size) {
    return verdict === 'fail'
      ? trans.__('%1 of %2 measured entries wrong', formatCount(doubted), of)
      : trans.__('%1 of %2 measured entries undecided', formatCount(doubted), of);
  }
  return verdict === 'fail'
    ? trans.__('%1 of %2 entries wrong', formatCount(doubted), of)
    : trans.__('%1 of %2 entries undecided', formatCount(doubted), of);
}
