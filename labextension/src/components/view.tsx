/** The panel's content: one view for each state. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { CheckOptions, Guess, Report, SourcePlace } from '../contract';
import { visible } from '../format';
import type { Finished } from '../history';
import { changeOf } from '../history';
import type { Located } from '../locate';
import type { Names } from '../model';
import type { Arranging } from '../order';
import type { Forecast, NoKernel, Stale, State, Study } from '../state';
import { unreachable } from '../state';
import { Button } from './button';
import { Chooser } from './chooser';
import { ChangeNote, History } from './history';
import { MessageText } from './message';
import { Explained, ProblemView } from './problem';
import { Progress } from './progress';
import { ReportView } from './report';

export interface ViewProps {
  state: State;
  notebook: string | null;
  preset: Guess | null;
  /** Whether server and panel are of versions that do not fit. */
  skewed: boolean;
  /** The checks of this kernel so far, newest first. */
  history: readonly Finished[];
  studies: Readonly<Record<string, Study>>;
  options: CheckOptions;
  forecast: Forecast | null;
  /** How the rows of this kernel's reports are arranged: what was opened stays open from check to check. */
  arranging?: Arranging;
  /** Whether functions that are defined anew are checked again; null where that cannot be set. */
  recheck: boolean | null;
  /** Where a line of a report stands by now. */
  locate?: (place: SourcePlace, report: Report) => Located | null;
  trans: TranslationBundle;
  onRun: () => void;
  onCheck: (names: Names, options: CheckOptions) => void;
  onForesee: (names: Names, options: CheckOptions) => void;
  onStudy: (parameter: string) => void;
  onRecheck: (on: boolean) => void;
  onRecall: (id: string) => void;
  onHistory: () => void;
  onSave: (report: Report, format: 'json' | 'html') => void;
  onStop: () => void;
  onChoose: () => void;
  onBack: () => void;
  onRetry: () => void;
  onCopy: (text: string) => void;
  onReveal: (place: SourcePlace) => void;
  onChangeKernel: () => void;
}

export function View(props: ViewProps): JSX.Element {
  const { state, notebook, trans } = props;
  return (
    <div className="jp-gradcheck-root" data-state={state.kind} aria-busy={state.kind === 'restoring'}>
      {notebook !== null && (
        <p className="jp-gradcheck-notebook" title={notebook}>
          {visible(notebook)}
        </p>
      )}
      {props.skewed && (
        <p className="jp-gradcheck-stale" role="alert">
          {trans.__('The server runs another version of this extension. Restart JupyterLab and reload this page.')}
        </p>
      )}
      <Content {...props} />
      <p className="jp-gradcheck-hidden" role="status" aria-live="polite">
        {visible(announcement(state, trans))}
      </p>
    </div>
  );
}

/** What a screen reader says when the state changes: it must stand in an element that was there before. */
function announcement(state: State, trans: TranslationBundle): string {
  switch (state.kind) {
    case 'starting':
    case 'queued':
    case 'running':
      return trans.__('Checking gradients.');
    case 'cancelling':
      return trans.__('Stopping.');
    case 'done':
      return state.report.message;
    case 'problem':
      return state.problem.message;
    case 'choosing':
      return state.notice ?? state.candidates.reason;
    case 'cancelled':
      return trans.__('The check was stopped.');
    case 'aborted':
    case 'lost':
      return state.message ?? trans.__('The check was lost.');
    case 'no-kernel':
      return state.why === 'starting' ? '' : noKernel(state.why, trans);
    case 'no-notebook':
    case 'restoring':
    case 'idle':
    case 'looking':
      return '';
    default:
      return unreachable(state);
  }
}

function Content(props: ViewProps): JSX.Element | null {
  const { state, trans } = props;
  switch (state.kind) {
    case 'no-notebook':
      return <p className="jp-gradcheck-empty">{trans.__('Open a notebook to check the gradients that it computes.')}</p>;
    case 'no-kernel':
      return (
        <>
          <p className="jp-gradcheck-empty">{noKernel(state.why, trans)}</p>
          {state.why === 'none' && (
            <div className="jp-gradcheck-actions">
              <Button look="accept" className="jp-gradcheck-change-kernel" onClick={props.onChangeKernel}>
                {trans.__('Choose a kernel…')}
              </Button>
            </div>
          )}
        </>
      );
    case 'restoring':
      return null;
    case 'idle':
      return (
        <>
          <p>
            {trans.__(
              'Is the backward pass that you wrote by hand right? This compares it with numerical gradients of your forward pass, and says which gradients are wrong.'
            )}
          </p>
          <p className="jp-gradcheck-help">
            {trans.__('Run your cells first. Your functions, parameters and data are found by themselves and left as they are.')}
          </p>
          <Ask {...props} label={trans.__('Check gradients')} />
        </>
      );
    case 'starting':
      return <Waiting>{trans.__('Starting the check…')}</Waiting>;
    case 'queued':
      return (
        <>
          <Waiting>{trans.__('Queued. The check starts when the kernel has finished the cells ahead of it.')}</Waiting>
          <Note text={state.note} />
          <Stop label={trans.__('Cancel')} onStop={props.onStop} />
        </>
      );
    case 'running':
      return (
        <>
          <p>{trans.__('Checking gradients. The kernel is busy until this ends.')}</p>
          <Progress key={state.id} done={state.done} total={state.total} plan={state.plan} trans={trans} />
          <Note text={state.note} />
          <Stop label={trans.__('Stop')} onStop={props.onStop} />
        </>
      );
    case 'cancelling':
      return (
        <>
          <p>{trans.__('Stopping after the evaluation that is under way…')}</p>
          <Progress key={state.id} done={state.done} total={state.total} plan={state.plan} trans={trans} />
          <Note text={state.note} />
          {state.note !== null && <Stop label={trans.__('Stop again')} onStop={props.onStop} />}
        </>
      );
    case 'done':
      return (
        <Done {...props} id={state.id} report={state.report} stale={state.stale} />
      );
    case 'problem':
      return (
        <>
          <ProblemView
            problem={state.problem}
            retry={state.retry}
            trans={trans}
            onCopy={props.onCopy}
            onRetry={props.onRetry}
            onChoose={props.onChoose}
          />
          <Earlier {...props} />
        </>
      );
    case 'cancelled':
      return (
        <Explained title={trans.__('Stopped')}>
          <p>{trans.__('The check was stopped before it ended. Your parameters and data are as they were.')}</p>
          <Ask {...props} label={trans.__('Check again')} />
          <Earlier {...props} />
        </Explained>
      );
    case 'aborted':
      return (
        <Explained title={trans.__('Not started')}>
          <MessageText
            text={
              state.message ??
              trans.__(
                'A cell ahead in the queue failed or was interrupted, and the kernel dropped what waited behind it. Check again.'
              )
            }
          />
          <Ask {...props} label={trans.__('Check again')} />
          <Earlier {...props} />
        </Explained>
      );
    case 'lost':
      return (
        <Explained title={trans.__('The check was lost')}>
          <MessageText
            text={
              state.message ??
              trans.__('The kernel restarted or died before the check ended. Run your cells again, then check again.')
            }
          />
          <Ask {...props} label={trans.__('Check again')} />
          <Earlier {...props} />
        </Explained>
      );
    case 'looking':
      return (
        <>
          <Waiting>{trans.__('Looking for functions and data in the kernel…')}</Waiting>
          <Stop label={trans.__('Cancel')} onStop={props.onBack} />
        </>
      );
    case 'choosing':
      return (
        <Chooser
          candidates={state.candidates}
          preset={props.preset}
          notice={state.notice}
          options={props.options}
          forecast={props.forecast}
          trans={trans}
          onCheck={props.onCheck}
          onForesee={props.onForesee}
          onBack={props.onBack}
        />
      );
    default:
      return unreachable(state);
  }
}

interface DoneProps extends ViewProps {
  id: string;
  report: Report;
  stale: Stale | null;
}

/** A report, what has changed since the one before, and what can be done next. */
function Done(props: DoneProps): JSX.Element {
  const { id, report, stale, history, trans } = props;
  const place = history.findIndex(one => one.id === id);
  const before = place === -1 ? undefined : history[place + 1];
  const change = before && changeOf(before.report, report);
  const earlier = place > 0;
  const outdated = earlier
    ? trans.__('This is an earlier check.')
    : stale === 'restarted'
      ? trans.__('The kernel has restarted since this check.')
      : stale === 'redefined'
        ? trans.__('The code that this check is about has been run anew since. Check again.')
        : null;
  return (
    <div className="jp-gradcheck-done" data-stale={outdated !== null}>
      {outdated !== null && (
        <p className="jp-gradcheck-stale">
          {outdated}
          {earlier && (
            <>
              {' '}
              <Button look="link" className="jp-gradcheck-newest" onClick={() => props.onRecall(history[0]!.id)}>
                {trans.__('Show the newest')}
              </Button>
            </>
          )}
        </p>
      )}
      <ReportView
        key={id}
        report={report}
        studies={props.studies}
        arranging={props.arranging}
        trans={trans}
        onCopy={props.onCopy}
        onReveal={props.onReveal}
        locate={props.locate && (place => props.locate!(place, report))}
        onStudy={outdated === null ? props.onStudy : undefined}
      >
        {change && <ChangeNote change={change} at={before.at} trans={trans} />}
      </ReportView>
      <Ask {...props} label={trans.__('Check again')} />
      <Recheck {...props} />
      <History history={history} shown={id} trans={trans} onRecall={props.onRecall} onOpen={props.onHistory} />
      <div className="jp-gradcheck-actions jp-gradcheck-save">
        <span>{trans.__('Save the report as')}</span>
        <Button look="link" className="jp-gradcheck-save-html" onClick={() => props.onSave(report, 'html')}>
          HTML
        </Button>
        <Button look="link" className="jp-gradcheck-save-json" onClick={() => props.onSave(report, 'json')}>
          JSON
        </Button>
      </div>
    </div>
  );
}

/** Whether functions that are defined anew are checked again. */
function Recheck({ recheck, trans, onRecheck }: ViewProps): JSX.Element | null {
  return recheck === null ? null : (
    <label className="jp-gradcheck-option">
      <input type="checkbox" name="recheck" checked={recheck} onChange={event => onRecheck(event.target.checked)} />
      <span>{trans.__('Check again by itself when a cell defines these functions anew')}</span>
    </label>
  );
}

/** What a check that made no report leaves within reach: the reports of those before, and what comes next. */
function Earlier(props: ViewProps): JSX.Element | null {
  return props.history.length === 0 ? null : (
    <>
      <Recheck {...props} />
      <History
        history={props.history}
        shown={null}
        trans={props.trans}
        onRecall={props.onRecall}
        onOpen={props.onHistory}
      />
    </>
  );
}

function noKernel(why: NoKernel, trans: TranslationBundle): string {
  switch (why) {
    case 'starting':
      return trans.__('The kernel is starting.');
    case 'none':
      return trans.__('This notebook has no kernel. Choose one, here or with Kernel > Change Kernel…, and run your cells.');
    case 'dead':
      return trans.__('The kernel has died. Restart it and run your cells again.');
    default:
      return unreachable(why);
  }
}

/** The button that checks, and the way to say what to check. */
function Ask(props: ViewProps & { label: string }): JSX.Element {
  return (
    <div className="jp-gradcheck-actions">
      <Button look="accept" className="jp-gradcheck-run" onClick={props.onRun}>
        {props.label}
      </Button>
      <Button look="link" className="jp-gradcheck-choose" onClick={props.onChoose}>
        {props.trans.__('Choose functions…')}
      </Button>
    </div>
  );
}

function Stop(props: { label: string; onStop: () => void }): JSX.Element {
  return (
    <div className="jp-gradcheck-actions">
      <Button className="jp-gradcheck-stop" onClick={props.onStop}>
        {props.label}
      </Button>
    </div>
  );
}

function Waiting(props: { children: React.ReactNode }): JSX.Element {
  return (
    <p className="jp-gradcheck-waiting">
      <span className="jp-gradcheck-spinner" aria-hidden="true" />
      <span>{props.children}</span>
    </p>
  );
}

function Note(props: { text: string | null }): JSX.Element | null {
  return props.text === null ? null : (
    <MessageText className="jp-gradcheck-notice" text={props.text} alert />
  );
}
