import { Placement } from '../../src/marks/placement';
import { BACKWARD, cell, code, report } from './fixtures';

const offsets = (placement: Placement, id: string) =>
  placement.marksIn(id).flatMap(({ lines }) => lines.map(({ offset }) => offset));

test('the wrong lines are in the cell of their function, and nowhere else', () => {
  const placement = new Placement(report(), [cell('a', 'x = 1'), cell('b', BACKWARD)]);
  expect(offsets(placement, 'b')).toEqual([2, 3]);
  expect(placement.marksIn('a')).toEqual([]);
  expect(placement.marksIn('b')).toBe(placement.marksIn('b'));
  expect(placement.incomplete).toBe(false);
});

test('a function stays in its cell, however the cells are edited and moved', () => {
  const placement = new Placement(report(), [cell('a', 'x = 1'), cell('b', BACKWARD)]);
  const edited = BACKWARD.replace('4', '1');
  expect(placement.update([cell('b', edited), cell('a', 'x = 1')])).toBe(false);
  // A copy made for safety before is no better.
  expect(placement.update([cell('b', edited), cell('a', 'x = 1'), cell('c', 'y = 1')])).toBe(false);
  expect(offsets(placement, 'b')).toEqual([2, 3]);
});

test('it follows its text into a cell that is split off, and back', () => {
  const placement = new Placement(report(), [cell('b', `x = 1\n${BACKWARD}`)]);
  expect(placement.update([cell('n', BACKWARD), cell('b', 'print(1)')])).toBe(true);
  expect(offsets(placement, 'n')).toEqual([2, 3]);
  expect(offsets(placement, 'b')).toEqual([]);
  expect(placement.update([cell('m', `x = 1\n${BACKWARD}`)])).toBe(true);
  expect(offsets(placement, 'm')).toEqual([2, 3]);
});

test('a copy of its cell takes nothing away from it', () => {
  const placement = new Placement(report(), [cell('b', BACKWARD)]);
  expect(placement.update([cell('c', BACKWARD), cell('b', BACKWARD)])).toBe(false);
  expect(offsets(placement, 'b')).toEqual([2, 3]);
});

test('a cell that was deleted comes back with undo', () => {
  const placement = new Placement(report(), [cell('b', BACKWARD)]);
  expect(placement.update([])).toBe(true);
  expect(placement.incomplete).toBe(true);
  expect(placement.update([cell('b', BACKWARD)])).toBe(true);
  expect(offsets(placement, 'b')).toEqual([2, 3]);
});

test('what was not found is looked for again', () => {
  const cells = [cell('a', BACKWARD), cell('b', BACKWARD)];
  const placement = new Placement(report(), cells);
  expect(placement.incomplete).toBe(true);
  expect(offsets(placement, 'a')).toEqual([]);
  expect(placement.update(cells)).toBe(false);
  expect(placement.update([cell('a', BACKWARD)])).toBe(true);
  expect(offsets(placement, 'a')).toEqual([2, 3]);
});

test('what can never be found is not waited for', () => {
  expect(new Placement(report({ cell_hash: null }), []).incomplete).toBe(false);
  expect(new Placement(report({ text: null }), []).incomplete).toBe(false);
});

test('a function that was defined anew has no marks', () => {
  const cells = [cell('b', BACKWARD)];
  const placement = new Placement(report(), cells);
  expect(placement.forget(new Set(['forward']), ['a'])).toBe(false);
  expect(placement.forget(new Set(['backward']), [])).toBe(true);
  expect(offsets(placement, 'b')).toEqual([]);
  // Nor when its cell ran, whatever stood there.
  const other = new Placement(report(), cells);
  expect(other.forget(new Set(), ['b'])).toBe(true);
  expect(offsets(other, 'b')).toEqual([]);
});

test('the place of a function is told, of a report that was fetched again too', () => {
  const own = report();
  const placement = new Placement(own, [cell('b', BACKWARD)]);
  expect(placement.anchorOf({ ...own.code![0]! })).toMatchObject({ cell: 'b' });
  expect(placement.anchorOf(code({ text: 'def other(): pass' }))).toBeNull();
});
