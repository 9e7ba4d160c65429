/** The parameters of a report: sorted, filtered, opened, and gone through with the arrow keys. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ParameterReport } from '../contract';
import { formatCount } from '../format';
import type { Arrangement, Arranging, Order } from '../order';
import { AS_GIVEN, arranged } from '../order';
import type { Study } from '../state';
import { Button } from './button';
import type { RowActions } from './parameter';
import { Parameter } from './parameter';

/** From here on there is something to sort, and rows are shown in parts. */
const FEW = 4;
const MANY = 100;

export interface RowsProps extends RowActions {
  parameters: readonly ParameterReport[];
  studies: Readonly<Record<string, Study>>;
  /** Whether every row that is not right stands open and stays so, as in a saved page. */
  fixed?: boolean | undefined;
  /** Left out, the arrangement lasts as long as the rows do. */
  arranging?: Arranging | undefined;
  trans: TranslationBundle;
}

export function Rows(props: RowsProps): JSX.Element {
  const { parameters, trans, fixed } = props;
  const right = parameters.filter(parameter => parameter.verdict === 'pass').length;
  const mixed = right > 0 && right < parameters.length;
  const [own, setOwn] = React.useState(AS_GIVEN);
  const { arrangement, onArrange } = props.arranging ?? { arrangement: own, onArrange: setOwn };
  const arrange = (change: Partial<Arrangement>) => onArrange({ ...arrangement, ...change });
  const { doubtful, opened } = arrangement;
  // Nobody scrolls through hundreds of rows to find the red one.
  const order = arrangement.order ?? (parameters.length > MANY ? 'worst' : 'given');
  const [shown, setShown] = React.useState(fixed ? Infinity : MANY);
  const rows = arranged(parameters, order, doubtful && mixed);
  const keys = React.useMemo(() => keysOf(parameters), [parameters]);
  const toggle = (key: string) => {
    const next = new Set(opened);
    if (!next.delete(key)) {
      next.add(key);
    }
    arrange({ opened: next });
  };
  return (
    <>
      {!fixed && parameters.length >= FEW && (
        <div className="jp-gradcheck-tools">
          <label>
            {trans.__('Order')}{' '}
            <select name="order" value={order} onChange={event => arrange({ order: event.target.value as Order })}>
              <option value="given">{trans.__('as given')}</option>
              <option value="worst">{trans.__('worst first')}</option>
              <option value="name">{trans.__('by name')}</option>
            </select>
          </label>
          {mixed && (
            <label>
              <input
                type="checkbox"
                name="doubtful"
                checked={doubtful}
                onChange={event => arrange({ doubtful: event.target.checked })}
              />{' '}
              {trans.__('Only failing')}
            </label>
          )}
        </div>
      )}
      <ul
        className="jp-gradcheck-parameters"
        role="list"
        aria-label={trans.__('Parameters')}
        onKeyDown={event => moveFocus(event)}
      >
        {rows.slice(0, shown).map(parameter => {
          const key = keys.get(parameter)!;
          return (
            <Parameter
              key={key}
              parameter={parameter}
              open={fixed ? parameter.verdict !== 'pass' : opened.has(key)}
              onToggle={fixed ? undefined : () => toggle(key)}
              study={props.studies[parameter.name] ?? null}
              trans={trans}
              onCopy={props.onCopy}
              onReveal={props.onReveal}
              locate={props.locate}
              onStudy={props.onStudy}
            />
          );
        })}
      </ul>
      {rows.length > shown && (
        <Button look="link" className="jp-gradcheck-more" onClick={() => setShown(shown + 5 * MANY)}>
          {trans.__('Show more: %1 of %2 are shown', formatCount(shown), formatCount(rows.length))}
        </Button>
      )}
    </>
  );
}

/** Names, counted where several are the same: long ones are cut, and so may be what told them apart. */
function keysOf(parameters: readonly ParameterReport[]): ReadonlyMap<ParameterReport, string> {
  const counts = new Map<string, number>();
  return new Map(
    parameters.map(parameter => {
      const count = counts.get(parameter.name) ?? 0;
      counts.set(parameter.name, count + 1);
      return [parameter, count === 0 ? parameter.name : `${parameter.name}\n${count}`];
    })
  );
}

/** The arrow keys, Home and End go from row to row. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button.jp-gradcheck-row')];
  const current = rows.indexOf(event.target as HTMLElement);
  if (current === -1) {
    return;
  }
  const next = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  }
}
