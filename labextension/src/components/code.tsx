/** A line of code with a button that copies it. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from './button';

export interface CodeProps {
  text: string;
  trans: TranslationBundle;
  onCopy: (text: string) => void;
}

export function CopyableCode(props: CodeProps): JSX.Element {
  const { text, trans, onCopy } = props;
  const [copied, setCopied] = React.useState(false);
  return (
    <div className="jp-gradcheck-copyable">
      <pre className="jp-gradcheck-code" tabIndex={0}>
        {text}
      </pre>
      <Button
        className="jp-gradcheck-copy"
        onClick={() => {
          onCopy(text);
          setCopied(true);
        }}
      >
        {copied ? trans.__('Copied') : trans.__('Copy')}
      </Button>
    </div>
  );
}
