/** How the error of a central difference depends on its step: the picture that shows why 1e-7 fails in float32. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { StepSeries, StepStudy } from '../contract';
import { formatDifference, formatIndex, visible } from '../format';
import { decades, logShare } from '../scale';
import { MessageText } from './message';

// As wide as the narrowest sidebar lets it be, so that its letters are as large as others there.
const [WIDTH, HEIGHT] = [210, 170];
const [LEFT, RIGHT, TOP, BOTTOM] = [36, 10, 8, 22];
/** An error of nothing at all lies at the foot of the picture. */
const LEAST = 1e-17;

export function StepPlot(props: { study: StepStudy; trans: TranslationBundle }): JSX.Element {
  const { study, trans } = props;
  const steps = study.series.flatMap(series => series.epsilon);
  const errors = study.series
    .flatMap(series => series.error)
    .filter((error): error is number => error !== null)
    .map(error => Math.max(error, LEAST));
  const [left, right] = [Math.min(...steps), Math.max(...steps)];
  const low = 10 ** Math.floor(Math.log10(Math.min(...errors, 1)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...errors, low * 10)));
  const x = (step: number) => LEFT + logShare(step, left, right) * (WIDTH - LEFT - RIGHT);
  const y = (error: number) => HEIGHT - BOTTOM - logShare(Math.max(error, low), low, high) * (HEIGHT - TOP - BOTTOM);
  // Errors are relative, but to a derivative of zero.
  const unit = Math.abs(study.derivative) || 1;
  const bound = study.error_bound === null ? null : study.error_bound / unit;
  const unknown = bound !== null && bound > low ? Math.min(bound, high) : null;
  const marked = ({ chosen }: StepSeries) => chosen !== null && chosen >= left && chosen <= right;
  return (
    <figure className="jp-gradcheck-figure jp-gradcheck-steps-plot">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={trans.__('Error of the central difference against its step')}
      >
        {decades(left, right, 4).map(power => (
          <g key={`x${power}`}>
            <path className="jp-gradcheck-grid" d={`M${x(10 ** power)} ${TOP}V${HEIGHT - BOTTOM}`} />
            <text className="jp-gradcheck-axis" x={x(10 ** power)} y={HEIGHT - BOTTOM + 12} textAnchor="middle">
              {`1e${power}`}
            </text>
          </g>
        ))}
        {decades(low, high, 5).map(power => (
          <g key={`y${power}`}>
            <path className="jp-gradcheck-grid" d={`M${LEFT} ${y(10 ** power)}H${WIDTH - RIGHT}`} />
            <text className="jp-gradcheck-axis" x={LEFT - 3} y={y(10 ** power) + 3.5} textAnchor="end">
              {`1e${power}`}
            </text>
          </g>
        ))}
        {unknown !== null && (
          // Below, the errors say nothing: what they are errors from is not known more exactly.
          <rect
            className="jp-gradcheck-unknown"
            x={LEFT}
            y={y(unknown)}
            width={WIDTH - LEFT - RIGHT}
            height={HEIGHT - BOTTOM - y(unknown)}
          />
        )}
        {study.series.map((series, index) => (
          <g key={series.precision} className="jp-gradcheck-series" data-series={index}>
            <path d={lineOf(series, x, y)} />
            {series.chosen !== null && marked(series) && (
              <path className="jp-gradcheck-chosen" d={`M${x(series.chosen)} ${TOP}V${HEIGHT - BOTTOM}`} />
            )}
          </g>
        ))}
      </svg>
      <figcaption className="jp-gradcheck-help">
        <MessageText text={study.message} />
        <ul className="jp-gradcheck-legend" role="list">
          {study.series.map((series, index) => (
            <li key={series.precision} data-series={index}>
              <svg viewBox="0 0 18 8" width="18" height="8" aria-hidden="true" className="jp-gradcheck-series" data-series={index}>
                <path d="M0 4H18" />
              </svg>{' '}
              {series.chosen === null
                ? series.precision
                : marked(series)
                  ? trans.__('%1; the dashed line is the step that was chosen: %2', series.precision, formatDifference(series.chosen))
                  : trans.__('%1; the step that was chosen: %2', series.precision, formatDifference(series.chosen))}
            </li>
          ))}
        </ul>
        {study.derivative === 0
          ? trans.__('Across: step. Up: error at %1.', entryName(study))
          : trans.__('Across: step. Up: relative error at %1.', entryName(study))}
        {unknown !== null && ` ${trans.__('In the grey, the derivative itself is not known more exactly.')}`}
      </figcaption>
    </figure>
  );
}

function entryName(study: StepStudy): string {
  const name = visible(study.parameter);
  return study.index.length > 0 ? `${name}${formatIndex(study.index)}` : name;
}

/** The curve, interrupted where the loss said nothing. */
function lineOf(series: StepSeries, x: (step: number) => number, y: (error: number) => number): string {
  let path = '';
  let drawing = false;
  series.epsilon.forEach((step, at) => {
    const error = series.error[at] ?? null;
    if (error === null) {
      drawing = false;
      return;
    }
    path += `${drawing ? 'L' : 'M'}${x(step).toFixed(1)} ${y(error).toFixed(1)}`;
    drawing = true;
  });
  return path;
}
