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
      {unbroken(visible(props.text))}
    </p>
  );
}

/** `text` with numbers such as `1.5e-05` kept in one line: a browser would break them at their sign. */
export function unbroken(text: string): React.ReactNode[] {
  return text.split(/([-+]?\d+(?:\.\d+)?e[-+]\d+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={index} className="jp-gradcheck-unbroken">
        {part}
      </span>
    )
  );
}
