/** Lists what could be checked: each by itself, or all of it where it stands side by side. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Reading } from '../contract';
import { visible } from '../format';
import type { Names } from '../model';
import type { Offer } from '../readings';
import { Button } from './button';

export interface ReadingsProps {
  offers: readonly Offer[];
  trans: TranslationBundle;
  onCheck: (names: Names) => void;
}

export function Readings(props: ReadingsProps): JSX.Element {
  const { trans } = props;
  const title = React.useId();
  return (
    <>
      <h3 id={title}>{trans.__('What could be checked')}</h3>
      {/* Without list marks, Safari needs to be told that it is a list. */}
      <ul className="jp-gradcheck-readings" role="list" aria-labelledby={title}>
        {props.offers.map(({ reading, names }, index) => (
          <ReadingRow key={index} reading={reading} trans={trans} onCheck={() => props.onCheck(names)} />
        ))}
      </ul>
    </>
  );
}

interface ReadingRowProps {
  reading: Reading;
  trans: TranslationBundle;
  onCheck: () => void;
}

function ReadingRow(props: ReadingRowProps): JSX.Element {
  const { reading, trans } = props;
  const more = React.useId();
  const backward = visible(reading.backward);
  const parameters = visible(reading.parameters.join(', '));
  const forward = trans.__('of %1', visible(reading.forward));
  return (
    <li className="jp-gradcheck-reading">
      <div className="jp-gradcheck-title">
        <span className="jp-gradcheck-name">{backward}</span>{' '}
        {reading.forward !== reading.backward && (
          <span className="jp-gradcheck-shape" title={forward}>
            {forward}
          </span>
        )}
        <div id={more} className="jp-gradcheck-names" title={parameters}>
          {parameters}
        </div>
      </div>
      <Button
        look="link"
        className="jp-gradcheck-check-one"
        label={trans.__('Check %1', backward)}
        describedBy={more}
        onClick={props.onCheck}
      >
        {trans.__('Check')}
      </Button>
    </li>
  );
}
