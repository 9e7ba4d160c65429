/** What a kernel has run, by its own messages: known when a cell has ended, and no sooner. */

import type { KernelMessage } from '@jupyterlab/services';

import { linesOf } from './definition';
import { definedNames } from './redefinition';

/** Code that ran to its end, or to the line that raised. */
export interface Execution {
  code: string;
  /** The names that it has defined. */
  names: ReadonlySet<string>;
  /** Whether it ran to its end. */
  whole: boolean;
}

/** Errors of code that did not compile, of which nothing has run. */
const NOT_RUN: readonly string[] = ['SyntaxError', 'IndentationError', 'TabError'];
const ESCAPES = /\u001b\[[\d;]*m/g;
const FRAME = /(?:Cell )?In ?\[\d+\],? (?:in <cell line: (\d+)>|line (\d+))/;

/**
 * #### Notes
 * A cell tells its code when it begins, and only afterwards whether it failed, so that neither may be judged before
 * the kernel is idle again.
 */
export class Executions {
  /** Take a message of a kernel; gives what has run where it is the end of that, and where anything of it ran. */
  take(message: KernelMessage.IMessage): Execution | null {
    const request = (message.parent_header as { msg_id?: string }).msg_id;
    if (request === undefined) {
      return null;
    }
    switch (message.header.msg_type) {
      case 'execute_input':
        this._begun.set(request, (message as KernelMessage.IExecuteInputMsg).content.code);
        return null;
      case 'error':
        this._failed.set(request, (message as KernelMessage.IErrorMsg).content);
        return null;
      case 'status':
        return (message as KernelMessage.IStatusMsg).content.execution_state === 'idle' ? this._end(request) : null;
      default:
        return null;
    }
  }

  private _end(request: string): Execution | null {
    const code = this._begun.get(request);
    const error = this._failed.get(request);
    this._begun.delete(request);
    this._failed.delete(request);
    if (code === undefined) {
      return null;
    }
    return error ? partOf(code, error) : { code, names: definedNames(code), whole: true };
  }

  /** By the request that asked for it. */
  private readonly _begun = new Map<string, string>();
  private readonly _failed = new Map<string, Failure>();
}

type Failure = KernelMessage.IErrorMsg['content'];

/** What of `code` ran before it raised: what stands above the line that the traceback names, all where it names none. */
function partOf(code: string, { ename, traceback }: Failure): Execution | null {
  const text = traceback.join('\n').replace(ESCAPES, '');
  if (NOT_RUN.includes(ename) && !text.includes('Traceback (most recent call last)')) {
    return null;
  }
  const lines = linesOf(code);
  // IPython drops the empty lines at the top, and counts from the first that is none.
  const dropped = Math.max(0, lines.findIndex(each => each.trim() !== ''));
  const frame = lines[dropped]!.startsWith('%%') ? null : FRAME.exec(text);
  const ran = frame ? lines.slice(0, blockEnd(lines, dropped + Number(frame[1] ?? frame[2]) - 1)) : lines;
  return { code, names: definedNames(ran.join('\n')), whole: false };
}

/** `line` or, within a block, the end of that: in a loop, what stands below may have run before. */
function blockEnd(lines: readonly string[], line: number): number {
  let end = line;
  while (/^\s/.test(lines[line] ?? '') && /^\s*$|^\s/.test(lines[end] ?? 'end')) {
    end += 1;
  }
  return end;
}
