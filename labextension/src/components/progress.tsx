/** How far a check is. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export function Progress(props: { done: number; total: number; trans: TranslationBundle }): JSX.Element {
  const { trans, total } = props;
  const known = total > 0;
  const done = known ? Math.min(props.done, total) : props.done;
  return (
    <div className="jp-gradcheck-progress">
      <div
        className="jp-gradcheck-bar"
        role="progressbar"
        aria-label={trans.__('Evaluations done')}
        aria-valuemin={0}
        {...(known && { 'aria-valuemax': total, 'aria-valuenow': done })}
        data-known={known}
      >
        <div className="jp-gradcheck-bar-fill" style={known ? { width: `${(100 * done) / total}%` } : {}} />
      </div>
      <p className="jp-gradcheck-count">
        {known ? trans.__('%1 of %2 evaluations', done, total) : trans._n('%1 evaluation', '%1 evaluations', done)}
      </p>
    </div>
  );
}
