import { findDefinition } from '../../src/marks/definition';

const TEXT = 'def f(x):\n    dx = 2 * x\n    return dx\n';

test('a definition is found on its first line', () => {
  expect(findDefinition(TEXT, TEXT)).toBe(0);
  expect(findDefinition(`import numpy\n\n${TEXT}\nf(1)`, TEXT)).toBe(2);
});

test('of several the last counts, as Python has it', () => {
  expect(findDefinition(`${TEXT}\n\n${TEXT}`, TEXT)).toBe(5);
});

test.each([
  ['a line within it was edited', TEXT.replace('2', '3')],
  ['a line was inserted', TEXT.replace('    return', '    dx += 1\n    return')],
  ['a line was taken out', 'def f(x):\n    return dx'],
  ['its last line goes on', TEXT.trimEnd() + ', x'],
  ['it goes on below', TEXT + '\n    # more\n    print(dx)'],
  ['it stands within a line', `x = 1; ${TEXT}`],
  ['it is indented, and the cell is not', `if True:\n${TEXT.replace(/^/gm, '    ')}`],
  ['it is only begun', 'def f(x):\n    dx = 2 * x']
])('it is not there when %s', (_, source) => {
  expect(findDefinition(source, TEXT)).toBeNull();
});

test.each([
  ['a comment or other code follows', `${TEXT}    # done\nprint(f(1))`, 0],
  ['blanks end its lines', 'def f(x):  \n    dx = 2 * x\t\n    return dx', 0],
  ['Windows ends its lines', TEXT.replace(/\n/g, '\r\n'), 0],
  ['the whole cell is indented', `\n  x = 1\n${TEXT.replace(/^(?=.)/gm, '  ')}`, 2]
])('it is there when %s', (_, source, line) => {
  expect(findDefinition(source, TEXT)).toBe(line);
});

test('it may hold any characters', () => {
  const text = "\tdef größe(self, 𝑥):\n\t\tself.d𝑥 = '😀' * 2\n\n\t\treturn '<b>'";
  expect(findDefinition(`class Netz:\n${text}\n\tdef other(self): pass`, text)).toBe(1);
});
