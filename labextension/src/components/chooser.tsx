/** Lets the person say which functions, parameters and data to check. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Candidates, CheckOptions, FunctionCandidate, Guess } from '../contract';
import { visible } from '../format';
import type { Names } from '../model';
import { offersOf } from '../readings';
import type { Forecast } from '../state';
import { Button } from './button';
import { MessageText } from './message';
import { Options } from './options';
import { Readings } from './readings';

export interface ChooserProps {
  candidates: Candidates;
  preset: Guess | null;
  notice: string | null;
  /** What the next check would start from. */
  options: CheckOptions;
  forecast: Forecast | null;
  trans: TranslationBundle;
  onCheck: (names: Names, options: CheckOptions) => void;
  onForesee: (names: Names, options: CheckOptions) => void;
  onBack: () => void;
}

/** What was found comes first; choosing by hand is folded away unless it is the only way, or what was found is clear. */
export function Chooser(props: ChooserProps): JSX.Element {
  const { candidates, trans } = props;
  const [options, setOptions] = React.useState(props.options);
  const offers = offersOf(candidates);
  const found = offers.length > 0 || candidates.several === true;
  const back = (
    <Button className="jp-gradcheck-back" onClick={props.onBack}>
      {trans.__('Back')}
    </Button>
  );
  return (
    <div className="jp-gradcheck-chooser">
      {candidates.several ? (
        <>
          <p className="jp-gradcheck-notice">
            {trans.__('Several things could be checked. Check all of them, or only the one you mean.')}
          </p>
          <div className="jp-gradcheck-actions">
            <Button look="accept" className="jp-gradcheck-check-all" onClick={() => props.onCheck({ all: true }, options)}>
              {trans.__('Check all')}
            </Button>
          </div>
        </>
      ) : (
        <MessageText className="jp-gradcheck-notice" text={props.notice ?? candidates.reason} />
      )}
      {offers.length > 0 && <Readings offers={offers} trans={trans} onCheck={names => props.onCheck(names, options)} />}
      <Options options={options} trans={trans} onChange={setOptions} />
      <details className="jp-gradcheck-by-hand" open={!found || candidates.certain}>
        <summary>{trans.__('Choose by hand')}</summary>
        <ByHand {...props} chosen={options}>
          {!found && back}
        </ByHand>
      </details>
      {found && <div className="jp-gradcheck-actions">{back}</div>}
    </div>
  );
}

function ByHand(props: ChooserProps & { chosen: CheckOptions; children: React.ReactNode }): JSX.Element {
  const { candidates, chosen, forecast, trans } = props;
  const [forward, setForward] = React.useState(props.preset?.forward ?? '');
  const [backward, setBackward] = React.useState(props.preset?.backward ?? '');
  const [parameters, setParameters] = React.useState(props.preset?.parameters ?? '');
  const [data, setData] = React.useState<readonly string[]>(props.preset?.data ?? []);

  // What was chosen to begin with comes first; a list that moves under the pointer would be worse than a long one.
  const [offered] = React.useState(() => {
    const chosen = data.map(name => candidates.data.find(one => one.name === name) ?? { name, summary: '' });
    return [...chosen, ...candidates.data.filter(one => !data.includes(one.name))];
  });
  const names = namesOf(forward, backward, parameters, data);
  // What was told of another choice says nothing about this one.
  const request = JSON.stringify([names, chosen]);
  const [foreseen, setForeseen] = React.useState('');
  const toggle = (name: string) =>
    setData(data.includes(name) ? data.filter(other => other !== name) : [...data, name]);

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        props.onCheck(names, chosen);
      }}
    >
      <Choice
        label={trans.__('Forward')}
        help={trans.__('Computes the loss.')}
        name="forward"
        value={forward}
        trans={trans}
        onChange={setForward}
      >
        <FunctionOptions role="forward" functions={candidates.functions} chosen={forward} trans={trans} />
      </Choice>
      <Choice
        label={trans.__('Backward')}
        help={trans.__('Computes the gradients.')}
        name="backward"
        value={backward}
        trans={trans}
        onChange={setBackward}
      >
        <FunctionOptions role="backward" functions={candidates.functions} chosen={backward} trans={trans} />
      </Choice>
      <Choice
        label={trans.__('Parameters')}
        help={trans.__('What to differentiate by.')}
        name="parameters"
        value={parameters}
        trans={trans}
        onChange={setParameters}
      >
        {withChosen(candidates.parameters, parameters).map(one => (
          <option key={one.name} value={one.name} title={one.summary}>
            {visible(one.summary ? `${one.name}: ${one.summary}` : one.name)}
          </option>
        ))}
      </Choice>
      <fieldset className="jp-gradcheck-data" name="data">
        <legend>{trans.__('Data')}</legend>
        <p className="jp-gradcheck-help">
          {trans.__('What forward takes beside the parameters, ticked in the order of its arguments. Tick none to have it found.')}
        </p>
        <div className="jp-gradcheck-ticks">
          {offered.map(one => (
              <label key={one.name} className="jp-gradcheck-tick" title={one.summary}>
                <input type="checkbox" name={one.name} checked={data.includes(one.name)} onChange={() => toggle(one.name)} />
                <span>
                  <span className="jp-gradcheck-name">{visible(one.name)}</span>{' '}
                  <span className="jp-gradcheck-shape">{visible(one.summary)}</span>
                </span>
                <span className="jp-gradcheck-order">{data.includes(one.name) ? data.indexOf(one.name) + 1 : ''}</span>
              </label>
          ))}
          {candidates.data.length === 0 && data.length === 0 && (
            <p className="jp-gradcheck-help">{trans.__('There are no arrays in the notebook.')}</p>
          )}
        </div>
      </fieldset>
      <div className="jp-gradcheck-actions">
        <Button look="accept" submit className="jp-gradcheck-check-these">
          {trans.__('Check these')}
        </Button>
        {props.children}
        <Button
          look="link"
          className="jp-gradcheck-foresee"
          disabled={forecast?.kind === 'asked'}
          onClick={() => {
            setForeseen(request);
            props.onForesee(names, chosen);
          }}
        >
          {forecast?.kind === 'asked' ? trans.__('Asking…') : trans.__('How long will it take?')}
        </Button>
      </div>
      {forecast && forecast.kind !== 'asked' && foreseen === request && (
        <div role="status">
          <MessageText
            className="jp-gradcheck-notice"
            text={forecast.kind === 'told' ? forecast.plan.message : forecast.message}
          />
          {forecast.kind === 'told' && (
            <p className="jp-gradcheck-help">
              {trans.__('That is for gradients that are right. Wrong ones take more: what is called wrong is measured again.')}
            </p>
          )}
        </div>
      )}
    </form>
  );
}

interface ChoiceProps {
  label: string;
  help: string;
  name: string;
  value: string;
  trans: TranslationBundle;
  onChange: (value: string) => void;
  children: React.ReactNode;
}

function Choice(props: ChoiceProps): JSX.Element {
  return (
    <label className="jp-gradcheck-choice">
      <span className="jp-gradcheck-label">{props.label}</span>
      <span className="jp-gradcheck-help">{props.help}</span>
      <span className="jp-gradcheck-select">
        <select name={props.name} value={props.value} onChange={event => props.onChange(event.target.value)}>
          <option value="">{props.trans.__('Find it for me')}</option>
          {props.children}
        </select>
      </span>
    </label>
  );
}

interface FunctionOptionsProps {
  role: FunctionCandidate['role'];
  functions: readonly FunctionCandidate[];
  chosen: string;
  trans: TranslationBundle;
}

/** The functions that look like this role first, then the others: looks may deceive. */
function FunctionOptions(props: FunctionOptionsProps): JSX.Element {
  const names = new Set<string>();
  const likely = props.functions.filter(one => one.role === props.role && !names.has(one.name) && names.add(one.name));
  const others = props.functions.filter(one => one.role !== props.role && !names.has(one.name) && names.add(one.name));
  return (
    <>
      {props.chosen !== '' && !names.has(props.chosen) && <option value={props.chosen}>{visible(props.chosen)}</option>}
      {likely.map(functionOption)}
      {others.length > 0 && <optgroup label={props.trans.__('Other functions')}>{others.map(functionOption)}</optgroup>}
    </>
  );
}

function functionOption(one: FunctionCandidate): JSX.Element {
  const text = one.signature.startsWith('(') ? `${one.name}${one.signature}` : one.signature || one.name;
  return (
    <option key={one.name} value={one.name} title={one.signature}>
      {visible(text)}
    </option>
  );
}

function withChosen<T extends { name: string; summary: string }>(
  offered: readonly T[],
  chosen: string
): readonly { name: string; summary: string }[] {
  return chosen === '' || offered.some(one => one.name === chosen) ? offered : [{ name: chosen, summary: '' }, ...offered];
}

function namesOf(forward: string, backward: string, parameters: string, data: readonly string[]): Names {
  return {
    ...(forward && { forward }),
    ...(backward && { backward }),
    ...(parameters && { parameters }),
    ...(data.length > 0 && { data: [...data] })
  };
}
