import { definedNames } from '../../src/marks/redefinition';

test.each<[string, string, string[]]>([
  ['a function', 'def backward(x):\n    dx = 2 * x\n    return dx', ['backward']],
  ['a coroutine', 'async  def step(): pass', ['step']],
  ['a class and its methods', 'class Net(Base):\n  size = 3\n  def backward(self):\n    self.dW = grad = 1', ['Net', 'size', 'backward']],
  ['a function within a function', 'def loss(x):\n\tdef grad(dy):\n\t\treturn dy\n\treturn x, grad\ny = loss', ['loss', 'grad', 'y']],
  ['a decorated one', '@tf.function\ndef f(x): return x', ['f']],
  ['one under a condition', 'if fast:\n    def f(): pass\nelse:\n    f = slow', ['f']],
  ['an assignment', 'backward = jax.grad(loss)', ['backward']],
  ['a typed one', 'backward: Callable[[int], int] = lambda x: x', ['backward']],
  ['several at once', 'f, (g, *h) = a = x', ['f', 'a']],
  ['a tuple in brackets', '(f, g) = 1, 2', ['f', 'g']],
  ['a method put in from outside', 'Net.backward = fixed', ['backward']],
  ['imports', 'from nets import (forward,\n    backward as back)\nimport a.b as ab, os', ['forward', 'back', 'ab', 'os']],
  ['a deletion', 'del f, g', ['f', 'g']],
  ['a name of any script', 'größe_é = 1; 重み = 2', ['größe_é', '重み']],
  ['two statements on a line', 'a = 1; b = "def c(): pass"', ['a', 'b']],
  ['a cell that another command runs', '%%time\ndef f(): pass', ['f']],
  ['a line that goes on', 'f = \\\n  g', ['f']]
])('%s defines', (_, source, names) => {
  expect([...definedNames(source)]).toEqual(names);
});

test.each([
  ['a call', 'check(forward=forward, backward=backward)'],
  ['a comparison', 'backward == f\nbackward != g, backward <= 1'],
  ['an entry', 'grads["backward"] = 1\ngrads[backward] = 2'],
  ['a default of a lambda', 'print((lambda backward=1: backward)())'],
  ['what a comment says', '# def backward(x):\n#backward = 1'],
  ['what a string says', '"""\ndef backward(x):\nbackward = 1\n"""\nx["a"]; \'# backward = 1\'; f"backward = {1}"'],
  ['an escaped quote', "'\\'; backward = 1'"],
  ['what is local', 'print(1)\nasync def f():\n  backward = 1\n  if 1:\n    backward = 2\n']
])('%s does not', (_, source) => {
  expect(definedNames(source).has('backward')).toBe(false);
});

test('a quote that is never closed ends with its line', () => {
  expect([...definedNames("!echo don't\nf = 1")]).toEqual(['f']);
});
