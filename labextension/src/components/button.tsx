/** Buttons in JupyterLab's own style. */

import * as React from 'react';

export interface ButtonProps {
  children: React.ReactNode;
  onClick?: () => void;
  /** `accept` is the one thing to do here, `plain` another thing to do, `link` something on the side. */
  look?: 'accept' | 'plain' | 'link';
  className?: string;
  submit?: boolean;
  disabled?: boolean;
  /** Its name in full, where what it shows is short for it; it starts with what is shown. */
  label?: string;
  /** The id of an element that says more. */
  describedBy?: string;
}

export function Button(props: ButtonProps): JSX.Element {
  const look = {
    accept: 'jp-mod-styled jp-mod-accept jp-gradcheck-button',
    plain: 'jp-mod-styled jp-mod-reject jp-gradcheck-button',
    link: 'jp-gradcheck-link'
  }[props.look ?? 'plain'];
  return (
    <button
      type={props.submit ? 'submit' : 'button'}
      className={props.className ? `${look} ${props.className}` : look}
      onClick={props.onClick}
      disabled={props.disabled}
      aria-label={props.label}
      aria-describedby={props.describedBy}
    >
      {props.children}
    </button>
  );
}
