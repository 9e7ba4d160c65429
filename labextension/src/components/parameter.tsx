/** One parameter of a report. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Blind, ErrorMap, ParameterReport, SourcePlace, Verdict, WorstEntry } from '../contract';
import { formatCount, formatDifference, formatEntry, formatIndex, formatShape, visible } from '../format';
import { VerdictIcon } from './icons';
import { MessageText } from './message';

export interface ParameterProps {
  parameter: ParameterReport;
  trans: TranslationBundle;
  onReveal: (place: SourcePlace) => void;
}

export function Parameter(props: ParameterProps): JSX.Element {
  const { parameter, trans } = props;
  const { verdict, source } = parameter;
  const words: Record<Verdict, string> = {
    pass: trans.__('right'),
    fail: trans.__('wrong'),
    inconclusive: trans.__('undecided')
  };
  const difference = formatDifference(parameter.relative_difference);
  return (
    <li className="jp-gradcheck-parameter" data-parameter={parameter.name} data-verdict={verdict}>
      <VerdictIcon verdict={verdict} />
      <span className="jp-gradcheck-hidden">{words[verdict]}</span>
      <span className="jp-gradcheck-title">
        <span className="jp-gradcheck-name">{visible(parameter.name)}</span>{' '}
        <span className="jp-gradcheck-shape">{formatShape(parameter.shape) || trans.__('one number')}</span>
      </span>
      <span className="jp-gradcheck-number" title={trans.__('Relative difference %1', difference)}>
        {difference}
      </span>
      <MessageText className="jp-gradcheck-sentence" text={parameter.message} />
      {source && <Source place={source} trans={trans} onReveal={props.onReveal} />}
      {verdict !== 'pass' && parameter.worst.length > 0 && (
        <details className="jp-gradcheck-entries">
          <summary>{entriesTitle(parameter, trans)}</summary>
          {parameter.map && <ErrorPicture map={parameter.map} partial={isPartial(parameter)} trans={trans} />}
          <Entries entries={parameter.worst} trans={trans} />
        </details>
      )}
      {parameter.elsewhere && (
        <details className="jp-gradcheck-entries" data-elsewhere="true">
          <summary>{trans.__('The worst entry at a point nearby')}</summary>
          <Entries entries={[parameter.elsewhere]} trans={trans} />
        </details>
      )}
      {parameter.blind && <BlindSpots blind={parameter.blind} size={parameter.size} trans={trans} />}
    </li>
  );
}

/** The line that the gradient comes from; a click goes there. */
function Source(props: { place: SourcePlace; trans: TranslationBundle; onReveal: (place: SourcePlace) => void }): JSX.Element {
  const { place, trans } = props;
  const text = `${trans.__('line %1:', place.line)} ${visible(place.text.trim())}`;
  return (
    <button
      type="button"
      className="jp-gradcheck-source"
      title={trans.__('Go to this line')}
      onClick={() => props.onReveal(place)}
    >
      {text}
    </button>
  );
}

/** The entries that the point of the check cannot test, and why. */
function BlindSpots(props: { blind: Blind; size: number; trans: TranslationBundle }): JSX.Element {
  const { blind, size, trans } = props;
  return (
    <details className="jp-gradcheck-entries jp-gradcheck-blind">
      <summary>
        {blind.nearby < blind.count
          ? trans.__('%1 of %2 entries cannot be tested here', formatCount(blind.count - blind.nearby), formatCount(size))
          : trans.__('%1 of %2 entries tested only nearby', formatCount(blind.count), formatCount(size))}
      </summary>
      <MessageText className="jp-gradcheck-help" text={blind.message} />
    </details>
  );
}

/** Whether some entries were not measured one by one: their numbers are missing for that reason alone. */
function isPartial(parameter: ParameterReport): boolean {
  return (parameter.coverage ?? 'every-entry') !== 'every-entry' && parameter.cause?.kind !== 'non-finite';
}

function entriesTitle(parameter: ParameterReport, trans: TranslationBundle): string {
  const { counts, size, verdict } = parameter;
  const measured = counts.pass + counts.fail + counts.inconclusive;
  const doubted = formatCount(verdict === 'fail' ? counts.fail : counts.inconclusive);
  if (measured < size) {
    if (verdict === 'inconclusive' && counts.inconclusive === 0) {
      // What was measured is right: the others leave it open.
      return trans.__('%1 of %2 entries measured', formatCount(measured), formatCount(size));
    }
    return verdict === 'fail'
      ? trans.__('%1 of %2 measured entries wrong', doubted, formatCount(measured))
      : trans.__('%1 of %2 measured entries undecided', doubted, formatCount(measured));
  }
  return verdict === 'fail'
    ? trans.__('%1 of %2 entries wrong', doubted, formatCount(size))
    : trans.__('%1 of %2 entries undecided', doubted, formatCount(size));
}

function Entries(props: { entries: readonly WorstEntry[]; trans: TranslationBundle }): JSX.Element {
  const { entries, trans } = props;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{trans.__('Entry')}</th>
          <th scope="col" title={trans.__('What your code claims')}>
            {trans.__('Yours')}
          </th>
          <th scope="col" title={trans.__('What was measured')}>
            {trans.__('Numerical')}
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry, index) => (
          <tr key={index} data-verdict={entry.verdict}>
            <th scope="row">{formatIndex(entry.index)}</th>
            <td>{formatEntry(entry.analytic)}</td>
            <td
              title={
                entry.error_bound === null ? undefined : trans.__('known to ± %1', formatEntry(entry.error_bound))
              }
            >
              {formatEntry(entry.numerical)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** |g − n| of a vector or matrix as a picture; `partial` says that a missing number is an entry that was not measured. */
function ErrorPicture(props: { map: ErrorMap; partial: boolean; trans: TranslationBundle }): JSX.Element | null {
  const { map, partial, trans } = props;
  const { shape, values } = map;
  const rows = shape.length === 2 ? shape[0] ?? 0 : 1;
  const columns = shape[shape.length - 1] ?? 0;
  const largest = Math.max(0, ...values.map(value => value ?? 0));
  if (shape.length < 1 || shape.length > 2 || values.length !== rows * columns || values.length < 2 || largest === 0) {
    return null;
  }
  return (
    <figure className="jp-gradcheck-figure">
      <svg
        className="jp-gradcheck-map"
        viewBox={`0 0 ${columns} ${rows}`}
        style={{ maxWidth: `${columns * 16}px`, maxHeight: `${Math.min(rows * 16, 200)}px` }}
        role="img"
        aria-label={trans.__('Errors by entry')}
        shapeRendering="crispEdges"
      >
        {values.map((value, index) => (
          <rect
            key={index}
            x={index % columns}
            y={Math.floor(index / columns)}
            width="1"
            height="1"
            {...(partial && value === null
              ? { className: 'jp-gradcheck-unmeasured' }
              : { fillOpacity: value === null ? 1 : value / largest })}
          />
        ))}
      </svg>
      <figcaption className="jp-gradcheck-help">
        {trans.__('Errors by entry: the stronger the colour, the further off.')}
        {partial && ` ${trans.__('Grey was not measured one by one.')}`}
      </figcaption>
    </figure>
  );
}
