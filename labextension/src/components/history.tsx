/** The checks of this notebook so far. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatTime, visible } from '../format';
import type { Change, Finished } from '../history';
import { VerdictIcon } from './icons';

export interface HistoryProps {
  history: readonly Finished[];
  /** The check that is shown; null where it is none of these. */
  shown: string | null;
  trans: TranslationBundle;
  onRecall: (id: string) => void;
  /** The person looks at the history: there may be more of it. */
  onOpen: () => void;
}

export function History(props: HistoryProps): JSX.Element {
  const { history, trans } = props;
  return (
    <details
      className="jp-gradcheck-history"
      onToggle={event => {
        if (event.currentTarget.open) {
          props.onOpen();
        }
      }}
    >
      <summary>{trans.__('Checks so far')}</summary>
      <ol role="list" aria-label={trans.__('Checks so far')}>
        {history.map(({ id, at, report }) => (
          <li key={id} data-verdict={report.verdict}>
            <button
              type="button"
              className="jp-gradcheck-recall"
              aria-current={id === props.shown}
              onClick={() => props.onRecall(id)}
            >
              <VerdictIcon verdict={report.verdict} />
              <time dateTime={at}>{formatTime(at)}</time>
              <span>{visible(report.message)}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** What has changed since the check before, in a sentence; nothing where nothing has. */
export function ChangeNote(props: { change: Change; at: string; trans: TranslationBundle }): JSX.Element | null {
  const { change, at, trans } = props;
  const parts = [
    change.mended.length > 0 && trans.__('%1 fixed', listed(change.mended, trans)),
    change.broken.length > 0 && trans.__('%1 newly wrong', listed(change.broken, trans)),
    change.still.length > 0 && trans.__('%1 still wrong', listed(change.still, trans))
  ].filter((part): part is string => part !== false);
  return parts.length === 0 ? null : (
    <p className="jp-gradcheck-change">
      {trans.__('Since %1: %2.', formatTime(at), visible(parts.join(', ')))}
    </p>
  );
}

const MOST_NAMES = 6;

function listed(names: readonly string[], trans: TranslationBundle): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return rest > 0 ? trans.__('%1 and %2 more', shown, rest) : shown;
}
