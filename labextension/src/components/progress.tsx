/** How far a check is. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export function Progress(props: { done: number; total: number; trans: TranslationBundle }): JSX.Element {
  const { trans, total } = props;
  const known = total > 0;
  const done = known ? Math.min(props.done, total) : props.done;
  // The bar stays where it is when the check turns out to be longer.
  const reached = React.useRef(0);
  reached.current = known ? Math.max(reached.current, done / total) : 0;
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
        <div className="jp-gradcheck-bar-fill" style={known ? { width: `${100 * reached.current}%` } : {}} />
      </div>
      <p className="jp-gradcheck-count">
        {known ? trans.__('%1 of %2 evaluations', done, total) : trans._n('%1 evaluation so far', '%1 evaluations so far', done)}
      </p>
    </div>
  );
}
