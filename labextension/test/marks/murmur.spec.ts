import { murmur2 } from '../../src/marks/murmur';

test.each([
  // What a kernel of ipykernel 7.4 named the cells of these sources.
  ['def f(): return 1', '1863378918'],
  ['def f():\n    return 1\n', '3711764925'],
  ["# naïve Δ 😀 𝑥\ndef f():\n\treturn 'é'", '825618886'],
  ['def f():\r\n    return 2', '1819749065'],
  ['\n\ndef f(): return 3', '1157524944'],
  ['  def f():\n    return 4', '3679322409'],
  ['def f(): return 12', '724627382'],
  ['def f(): return 123', '3295823243'],
  // And what its function says where no cell has a name.
  ['', '3990065800'],
  ['a', '2167009006'],
  ['ab', '2805137849'],
  ['abc', '3350977461'],
  ['abcd', '804720481']
])('the number of %j is %s', (source, number) => {
  expect(murmur2(source)).toBe(number);
});
