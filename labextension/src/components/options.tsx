/** The options of a check, folded away: the defaults choose by themselves. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { BackendChoice, CheckMethod, CheckOptions } from '../contract';
import { numberOf } from '../options';

export interface OptionsProps {
  options: CheckOptions;
  trans: TranslationBundle;
  onChange: (options: CheckOptions) => void;
}

export function Options(props: OptionsProps): JSX.Element {
  const { options, trans } = props;
  const set = (change: Partial<Record<keyof CheckOptions, unknown>>) => {
    const next: Record<string, unknown> = { ...options, ...change };
    // What is left out is left to the check.
    Object.keys(next).forEach(key => next[key] === undefined && delete next[key]);
    props.onChange(next as CheckOptions);
  };
  const set_ = Object.keys(options).length;
  return (
    <details className="jp-gradcheck-options">
      <summary>
        {set_ === 0 ? trans.__('Options') : trans._n('Options (%1 set)', 'Options (%1 set)', set_)}
      </summary>
      <Field label={trans.__('Method')} help={trans.__('How numerical gradients are made; central perturbs every entry.')}>
        <select
          name="method"
          value={options.method ?? 'auto'}
          onChange={event => set({ method: unless('auto', event.target.value as CheckMethod) })}
        >
          <option value="auto">{trans.__('cheapest that is certain')}</option>
          <option value="central">{trans.__('central differences')}</option>
          <option value="complex-step">{trans.__('complex step')}</option>
          <option value="autodiff">{trans.__('automatic differentiation')}</option>
        </select>
      </Field>
      <NumberField
        label={trans.__('Step')}
        help={trans.__('Empty: chosen from the measured noise of the loss.')}
        name="epsilon"
        value={options.epsilon}
        most={1e6}
        trans={trans}
        onChange={epsilon => set({ epsilon })}
      />
      <NumberField
        label={trans.__('Tolerance')}
        help={trans.__("An error up to this share of a parameter's largest gradient passes, with a note. Empty: 1e-4 in float64.")}
        name="tolerance"
        value={options.tolerance}
        most={0.999}
        trans={trans}
        onChange={tolerance => set({ tolerance })}
      />
      <NumberField
        label={trans.__('Threshold')}
        help={trans.__('Also call a gradient wrong when its relative difference exceeds this, as the course rule does.')}
        name="threshold"
        value={options.threshold}
        most={1}
        trans={trans}
        onChange={threshold => set({ threshold })}
      />
      <NumberField
        label={trans.__('Most evaluations')}
        help={trans.__('How often forward may be called. Empty: as the plan says.')}
        name="max_evaluations"
        value={options.max_evaluations}
        most={1e9}
        whole
        trans={trans}
        onChange={max_evaluations => set({ max_evaluations })}
      />
      <NumberField
        label={trans.__('Most seconds')}
        help={trans.__('How long the check may take. Empty: as the plan says.')}
        name="max_seconds"
        value={options.max_seconds}
        most={1e6}
        trans={trans}
        onChange={max_seconds => set({ max_seconds })}
      />
      <NumberField
        label={trans.__('Points nearby')}
        help={trans.__('Other points checked as well, because one can hide a mistake. Empty: 2; 0 for none.')}
        name="points"
        value={options.points}
        least={0}
        most={20}
        whole
        trans={trans}
        onChange={points => set({ points })}
      />
      <Field label={trans.__('Evaluated by')} help={trans.__('What runs your functions many times.')}>
        <select
          name="backend"
          value={options.backend ?? 'auto'}
          onChange={event => set({ backend: unless('auto', event.target.value as BackendChoice) })}
        >
          <option value="auto">{trans.__('whichever fits')}</option>
          <option value="numpy">NumPy</option>
          <option value="tensorflow">TensorFlow</option>
        </select>
      </Field>
      <label className="jp-gradcheck-option">
        <input
          type="checkbox"
          name="lift"
          checked={options.lift !== false}
          onChange={event => set({ lift: event.target.checked ? undefined : false })}
        />
        <span>{trans.__('Compute a float32 loss in float64 where possible: far smaller mistakes are seen.')}</span>
      </label>
      <label className="jp-gradcheck-option">
        <input
          type="checkbox"
          name="strict"
          checked={options.strict === true}
          onChange={event => set({ strict: event.target.checked ? true : undefined })}
        />
        <span>{trans.__('Strict: call every difference wrong that is certain, however small.')}</span>
      </label>
    </details>
  );
}

function unless<T>(fallback: T, value: T): T | undefined {
  return value === fallback ? undefined : value;
}

function Field(props: { label: string; help: string; children: React.ReactNode }): JSX.Element {
  return (
    <label className="jp-gradcheck-field">
      <span className="jp-gradcheck-field-name">{props.label}</span>
      <span className="jp-gradcheck-select">{props.children}</span>
      <span className="jp-gradcheck-help">{props.help}</span>
    </label>
  );
}

interface NumberFieldProps {
  label: string;
  help: string;
  name: string;
  value: number | null | undefined;
  least?: number;
  most: number;
  whole?: boolean;
  trans: TranslationBundle;
  onChange: (value: number | undefined) => void;
}

/** A number or nothing. What is no such number is told, and is not passed on. */
function NumberField(props: NumberFieldProps): JSX.Element {
  const { name, trans } = props;
  const [text, setText] = React.useState(props.value === null || props.value === undefined ? '' : String(props.value));
  const range = { least: props.least ?? null, most: props.most, whole: props.whole === true };
  const wrong = text.trim() !== '' && numberOf(text, range) === null;
  const said = React.useId();
  return (
    <label className="jp-gradcheck-field">
      <span className="jp-gradcheck-field-name">{props.label}</span>
      <input
        type="text"
        inputMode="decimal"
        name={name}
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={wrong}
        aria-describedby={said}
        onChange={event => {
          setText(event.target.value);
          props.onChange(numberOf(event.target.value, range) ?? undefined);
        }}
      />
      <span id={said} className={wrong ? 'jp-gradcheck-wrong' : 'jp-gradcheck-help'}>
        {wrong
          ? props.whole
            ? trans.__('A whole number from %1 to %2, or nothing.', String(props.least ?? 1), String(props.most))
            : trans.__('A number above 0, at most %1, or nothing.', String(props.most))
          : props.help}
      </span>
    </label>
  );
}
