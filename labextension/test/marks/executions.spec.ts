import type { KernelMessage } from '@jupyterlab/services';

import type { Execution } from '../../src/marks/executions';
import { Executions } from '../../src/marks/executions';

function message(msg_type: string, content: object, msg_id = 'a'): KernelMessage.IMessage {
  return { header: { msg_type }, parent_header: { msg_id }, content } as unknown as KernelMessage.IMessage;
}

const idle = (id?: string) => message('status', { execution_state: 'idle' }, id);

/** What is made of `code` that ended with this error. */
function failed(code: string, ename: string, traceback: string): Execution | null {
  const executions = new Executions();
  executions.take(message('execute_input', { code }));
  executions.take(message('error', { ename, evalue: '', traceback: traceback.split('\n') }));
  return executions.take(idle());
}

const names = (execution: Execution | null) => execution && [...execution.names];

test('what a cell has defined is known at its end, whatever else the kernel tells meanwhile', () => {
  const executions = new Executions();
  expect(executions.take(message('status', { execution_state: 'busy' }))).toBeNull();
  expect(executions.take(message('execute_input', { code: 'x = 1' }))).toBeNull();
  expect(executions.take(message('stream', { text: 'hello' }))).toBeNull();
  expect(executions.take(idle('another'))).toBeNull();
  expect(executions.take(idle())).toMatchObject({ code: 'x = 1', whole: true });
  expect(executions.take(idle())).toBeNull();
});

test('of a cell that does not compile nothing ran', () => {
  const traceback = '  \u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[1]\u001b[39m\u001b[32m, line 1\u001b[39m\n';
  for (const ename of ['SyntaxError', 'IndentationError', 'TabError']) {
    expect(failed('def f(:\n  pass', ename, traceback)).toBeNull();
  }
});

test('a syntax error in what a cell compiles itself comes after the lines above it', () => {
  const traceback = "Traceback \u001b[36m(most recent call last)\u001b[39m:\n  Cell \u001b[92mIn[3]\u001b[39m\u001b[92m, line 2\u001b[39m\n";
  expect(names(failed("f = 1\nexec('a b')\ng = 2", 'SyntaxError', traceback))).toEqual(['f']);
});

test.each([
  ['\n\nf = 1\n1/0\ng = 2', 'Cell In[2], line 2', ['f']],
  ['f = 1\n1/0\ng = 2', 'Input In [2], in <cell line: 2>()', ['f']],
  // The outermost frame is the cell's own line.
  ['def f():\n  1/0\nf()\ng = 2', 'Cell In[2], line 3\nCell In[2], line 2, in f()', ['f']],
  ['for i in (0, 1):\n  1/i\n  f = i\n\ng = 2', 'Cell In[2], line 2', ['f']],
  // The line is one of what the magic became, not of the cell.
  ['%%time\nf = 1\n1/0', 'Cell In[2], line 1', ['f']],
  ['f = 1\ninput()', 'KeyboardInterrupt', ['f']]
])('of %j, which failed at %j, there is %j', (code, frame, defined) => {
  const execution = failed(code, 'ZeroDivisionError', `Traceback (most recent call last)\n${frame}`);
  expect([names(execution), execution?.whole]).toEqual([defined, false]);
});
