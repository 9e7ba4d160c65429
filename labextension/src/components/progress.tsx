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
  const pace = usePace(done);
  const left = !known ? 0 : pace > 0 ? (total - done) / pace : plan ? secondsLeft(plan, total - done) : 0;
  const parts = [
    count,
    ...(pace >= 0.1 ? [trans.__('%1 a second', formatCount(pace >= 10 ? Math.round(pace) : Number(pace.toFixed(1))))] : []),
    ...(left >= 1 ? [trans.__('about %1 left', formatExpected(left))] : [])
  ];
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
      <p className="jp-gradcheck-count">{parts.join(' · ')}</p>
    </div>
  );
}

/** Evaluations a second over the last seconds; 0 until that can be told. */
function usePace(done: number): number {
  const seen = React.useRef<{ at: number; done: number }[]>([]);
  const now = performance.now();
  const last = seen.current[seen.current.length - 1];
  if (!last || done > last.done) {
    seen.current = [...seen.current.filter(one => now - one.at < PACE_MILLISECONDS), { at: now, done }];
  }
  const first = seen.current[0]!;
  return now - first.at >= PACE_MILLISECONDS / 4 && done > first.done ? (1000 * (done - first.done)) / (now - first.at) : 0;
}

const PACE_MILLISECONDS = 8_000;

/** How long the evaluations that are left take at the pace that the plan expects; 0 where it expects none. */
function secondsLeft(plan: Plan, evaluations: number): number {
  return plan.seconds !== null && plan.evaluations > 0 ? (plan.seconds / plan.evaluations) * evaluations : 0;
}
