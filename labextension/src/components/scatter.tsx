/** Claimed against measured gradients: on the line they agree. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Sample, Verdict } from '../contract';
import { formatEntry } from '../format';

const SIDE = 200;
const PAD = 8;

/** Drawn in this order, so that what is wrong lies on top. */
const ORDER: readonly Verdict[] = ['pass', 'inconclusive', 'fail'];

export function Scatter(props: { sample: Sample; trans: TranslationBundle }): JSX.Element | null {
  const { sample, trans } = props;
  const { analytic, numerical, verdict } = sample;
  if (analytic.length < 2) {
    return null;
  }
  const all = [...analytic, ...numerical];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const span = high - low || Math.abs(high) || 1;
  const across = (value: number) => PAD + ((value - low) / span) * (SIDE - 2 * PAD);
  const up = (value: number) => SIDE - across(value);
  const inside = low < 0 && high > 0;
  return (
    <figure className="jp-gradcheck-figure jp-gradcheck-scatter">
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={trans.__('Claimed against numerical gradient, %1 entries', String(analytic.length))}
      >
        <rect className="jp-gradcheck-frame" x="0.5" y="0.5" width={SIDE - 1} height={SIDE - 1} />
        {inside && <path className="jp-gradcheck-zero" d={`M${across(0)} 0V${SIDE}M0 ${up(0)}H${SIDE}`} />}
        <path className="jp-gradcheck-identity" d={`M${PAD} ${SIDE - PAD}L${SIDE - PAD} ${PAD}`} />
        {ORDER.map(kind => (
          <path
            key={kind}
            className="jp-gradcheck-dots"
            data-verdict={kind}
            d={analytic
              .map((claimed, at) =>
                verdict[at] === kind ? markOf(kind, round(across(numerical[at]!)), round(up(claimed))) : ''
              )
              .join('')}
          />
        ))}
        <text className="jp-gradcheck-axis" x={SIDE - 5} y={SIDE - 6} textAnchor="end">
          {trans.__('numerical →')}
        </text>
        <text className="jp-gradcheck-axis" x={6} y={13}>
          {trans.__('↑ yours')}
        </text>
      </svg>
      <figcaption className="jp-gradcheck-help">
        {trans.__('Yours against numerical, from %1 to %2. On the line, both agree.', formatEntry(low), formatEntry(high))}
      </figcaption>
    </figure>
  );
}

/** A verdict is told by the shape of its mark too: a dot, a cross, a ring. */
function markOf(verdict: Verdict, x: number, y: number): string {
  switch (verdict) {
    case 'pass':
      return `M${x - 2} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z`;
    case 'fail':
      return `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`;
    case 'inconclusive':
      return `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z`;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
