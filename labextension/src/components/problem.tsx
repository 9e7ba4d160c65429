/** What went wrong, and what to do about it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { GradcheckProblem } from '../contract';
import type { Retry } from '../state';
import { Button } from './button';
import { CopyableCode } from './code';
import { MessageText } from './message';

const EXAMPLE = `parameters = {"W1": ..., "b1": ...}

def forward(X, Y, parameters):
    ...
    return cost, cache

def backward(X, Y, cache):
    ...
    return {"dW1": dW1, "db1": db1}`;

export interface ProblemProps {
  problem: GradcheckProblem;
  /** What trying again does: where it is a new check, another choice of functions may be the way out. */
  retry: Retry;
  trans: TranslationBundle;
  onCopy: (text: string) => void;
  onRetry: () => void;
  onChoose: () => void;
}

export function ProblemView(props: ProblemProps): JSX.Element {
  const { problem, trans, onCopy } = props;
  const retry = (
    <Button look="accept" className="jp-gradcheck-retry" onClick={props.onRetry}>
      {trans.__('Try again')}
    </Button>
  );
  const choose = (
    <Button look="link" className="jp-gradcheck-choose" onClick={props.onChoose}>
      {trans.__('Choose functions…')}
    </Button>
  );
  switch (problem.code) {
    case 'kernel_package_missing':
      return (
        <Explained title={trans.__('One step first')} code={problem.code}>
          <p>{trans.__("The check runs inside the notebook's kernel, and the kernel's Python does not have it yet.")}</p>
          <ol className="jp-gradcheck-steps">
            <li>
              {trans.__('Run this in a cell:')}
              {problem.install && <CopyableCode text={problem.install} trans={trans} onCopy={onCopy} />}
            </li>
            <li>{trans.__('Restart the kernel and run your cells again.')}</li>
            <li>{trans.__('Come back here and try again.')}</li>
          </ol>
          <div className="jp-gradcheck-actions">{retry}</div>
          <MessageText className="jp-gradcheck-help" text={problem.message} />
        </Explained>
      );
    case 'nothing_found':
      return (
        <Explained title={trans.__('Nothing to check was found')} code={problem.code}>
          <MessageText text={problem.message} />
          <p>{trans.__('What is looked for, as an example:')}</p>
          <pre className="jp-gradcheck-code" tabIndex={0}>
            {EXAMPLE}
          </pre>
          <div className="jp-gradcheck-actions">
            {retry}
            {(problem.candidates?.functions.length ?? 0) > 0 && choose}
          </div>
        </Explained>
      );
    case 'server_extension_missing':
      return (
        <Explained title={trans.__('The server part is missing')} code={problem.code}>
          <p>{trans.__('The Jupyter server does not know this extension. In a terminal, run:')}</p>
          <CopyableCode text="jupyter server extension enable jupyterlab_gradcheck" trans={trans} onCopy={onCopy} />
          <p>{trans.__('Then start JupyterLab again.')}</p>
          <div className="jp-gradcheck-actions">{retry}</div>
        </Explained>
      );
    default:
      return (
        <Explained title={trans.__('The check could not be made')} code={problem.code}>
          <MessageText text={problem.message} />
          <div className="jp-gradcheck-actions">
            {retry}
            {props.retry === 'run' && choose}
          </div>
        </Explained>
      );
  }
}

export function Explained(props: { title: string; code?: string; children: React.ReactNode }): JSX.Element {
  return (
    <section className="jp-gradcheck-explained" data-code={props.code}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}
