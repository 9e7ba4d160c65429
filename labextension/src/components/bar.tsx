/** A relative difference as a bar, with the part that the error of the numerical gradient could make. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatDifference } from '../format';
import { differenceShare } from '../scale';

export interface DifferenceBarProps {
  difference: number | null;
  /** The relative difference that the error bounds alone could explain. */
  bound: number | null;
  trans: TranslationBundle;
}

export function DifferenceBar(props: DifferenceBarProps): JSX.Element {
  const { difference, bound, trans } = props;
  const shown = formatDifference(difference);
  const help =
    bound === null
      ? trans.__('Relative difference %1, on a scale from 1e-16 to 1.', shown)
      : trans.__(
          'Relative difference %1, on a scale from 1e-16 to 1. Up to the mark, at %2, the error of the numerical gradient alone could make it.',
          shown,
          formatDifference(bound)
        );
  return (
    <span className="jp-gradcheck-scale" title={help} aria-hidden="true">
      <span
        className="jp-gradcheck-scale-fill"
        style={{ width: `${100 * (difference === null ? 1 : differenceShare(difference))}%` }}
      />
      {bound !== null && bound > 0 && (
        <span className="jp-gradcheck-scale-mark" style={{ left: `${100 * differenceShare(bound)}%` }} />
      )}
    </span>
  );
}
