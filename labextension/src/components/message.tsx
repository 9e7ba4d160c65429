/** A sentence that may quote what a person's own code says: of any length, in any script. */

import * as React from 'react';

import { visible } from '../format';

/** From here on the message may be higher than its box, which then must be within reach of the keyboard. */
const LONG = 300;

export function MessageText(props: { text: string; className?: string; alert?: boolean }): JSX.Element {
  const own = 'jp-gradcheck-message';
  return (
    <p
      className={props.className ? `${own} ${props.className}` : own}
      {...(props.alert && { role: 'alert' })}
      {...(props.text.length > LONG && { tabIndex: 0 })}
    >
      {visible(props.text)}
    </p>
  );
}
