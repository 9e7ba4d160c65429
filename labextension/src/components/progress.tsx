/** What a check is doing, and how far it is. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Plan } from '../contract';
import { formatCount, formatExpected } from '../format';
import { MessageText } from './message';

export interface ProgressProps {
  done: number;
  total: number;
  plan: Plan | null;
  trans: TranslationBundle;
}

export function Progress(props: ProgressProps): JSX.Element {
  const { plan, trans, total } = props;
  const known = total > 0;
  const done = known ? Math.min(props.done, total) : props.done;
  // The bar stays where it is when the check turns out to be longer.
  const reached = React.useRef(0);
  reached.current = known ? Math.max(reached.current, done / total) : 0;
  const count = known
    ? trans.__('%1 of %2 evaluations', formatCount(done), formatCount(total))
    : trans._n('%2 evaluation so far', '%2 evaluations so far', done, formatCount(done));
  const left = known && plan ? secondsLeft(plan, total - done) : 0;
  return (
    <div className="jp-gradcheck-progress">
      {plan && <MessageText className="jp-gradcheck-plan" text={plan.message} />}
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
        {left >= 1 ? `${count} · ${trans.__('about %1 left', formatExpected(left))}` : count}
      </p>
    </div>
  );
}

/** How long the evaluations that are left take at the pace that the plan expects; 0 where it expects none. */
function secondsLeft(plan: Plan, evaluations: number): number {
  return plan.seconds !== null && plan.evaluations > 0 ? (plan.seconds / plan.evaluations) * evaluations : 0;
}
