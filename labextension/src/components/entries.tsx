/** The entries of a gradient that are furthest off, in numbers. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { WorstEntry } from '../contract';
import { ratioOf } from '../copy';
import { formatCount, formatEntry, formatIndex, formatRatio } from '../format';

export interface EntriesProps {
  entries: readonly WorstEntry[];
  /** How many were compared, where these are only the worst of them. */
  of?: number | undefined;
  trans: TranslationBundle;
}

export function Entries(props: EntriesProps): JSX.Element {
  const { entries, trans } = props;
  return (
    <div className="jp-gradcheck-entries jp-gradcheck-scroll">
      <table>
        {props.of !== undefined && (
          <caption>
            {trans.__('The worst %1 of %2', formatCount(entries.length), formatCount(props.of))}
          </caption>
        )}
        <thead>
          <tr>
            <th scope="col">{trans.__('Entry')}</th>
            <th scope="col" title={trans.__('What your code claims')}>
              {trans.__('Yours')}
            </th>
            <th scope="col" title={trans.__('What was measured')}>
              {trans.__('Numerical')}
            </th>
            <th scope="col" className="jp-gradcheck-bound" title={trans.__('How exactly that is known')}>
              ±
            </th>
            <th scope="col" title={trans.__('Yours divided by the numerical gradient')}>
              {trans.__('Ratio')}
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
                  entry.error_bound === null ? undefined : trans.__('Known to ± %1', formatEntry(entry.error_bound))
                }
              >
                {formatEntry(entry.numerical)}
              </td>
              <td className="jp-gradcheck-bound">{entry.error_bound === null ? '' : entry.error_bound.toExponential(0)}</td>
              <td>{formatRatio(ratioOf(entry))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
