/** The three verdicts as shapes, so that none is told by colour alone. */

import * as React from 'react';

import type { Verdict } from '../contract';

const SHAPES: Record<Verdict, React.ReactNode> = {
  pass: <path d="M4.6 8.3l2.4 2.4 4.6-5" />,
  fail: <path d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" />,
  inconclusive: <path d="M6 6.3a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M8 11.6v.1" />
};

/** A filled circle with a tick, a cross or a question mark. Its meaning is said beside it. */
export function VerdictIcon(props: { verdict: Verdict }): JSX.Element {
  return (
    <svg
      className="jp-gradcheck-icon"
      data-verdict={props.verdict}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <circle cx="8" cy="8" r="7.5" />
      <g fill="none" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
        {SHAPES[props.verdict]}
      </g>
    </svg>
  );
}
