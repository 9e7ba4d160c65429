import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Signal } from '@lumino/signaling';

import { explain, markExtension } from '../../src/marks/editor';
import type { Mark } from '../../src/marks/placement';
import { trans } from '../fixtures';
import { BACKWARD } from './fixtures';

const WRONG = { gradient: 'dw<b>', message: 'dw is 2 x the numerical gradient.', difference: 0.5 };
const MARK: Mark = { text: BACKWARD, lines: [{ offset: 2, findings: [WRONG] }] };
const LINE = 'dw = 2 * x  # wrong';

class Marks {
  readonly changed = new Signal<this, void>(this);
  marks: readonly Mark[] = [];

  marksIn(): readonly Mark[] {
    return this.marks;
  }

  set(...marks: Mark[]): void {
    this.marks = marks;
    this.changed.emit();
  }
}

let view: EditorView;
let marks: Marks;

function open(doc: string, ...given: Mark[]): void {
  marks = new Marks();
  marks.marks = given;
  const extensions = markExtension(marks, { sharedModel: {} }, doc, trans);
  view = new EditorView({ state: EditorState.create({ doc, extensions }), parent: document.body });
}

afterEach(() => view.destroy());

const marked = () => [...view.dom.querySelectorAll('.jp-gradcheck-mark')].map(({ textContent }) => textContent);
const gutters = () => view.dom.querySelectorAll('.jp-gradcheck-gutter').length;
const tooltip = () => document.querySelector<HTMLElement>('.jp-gradcheck-tooltip');
const insert = (from: number, text: string) => view.dispatch({ changes: { from, insert: text } });
const press = (key: string) =>
  view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

test('a line is underlined without the blanks before it, from the first moment', () => {
  open(BACKWARD, MARK);
  expect([marked(), gutters()]).toEqual([[LINE], 1]);
});

test('marks come and go, and the gutter with them', () => {
  open(`x = 1\r\n${BACKWARD}`);
  expect([marked(), gutters()]).toEqual([[], 0]);
  marks.set(MARK);
  expect([marked(), gutters()]).toEqual([[LINE], 1]);
  marks.set();
  expect([marked(), gutters()]).toEqual([[], 0]);
});

test('a mark stays on its line through edits, is gone while its function is changed, and comes back', () => {
  open(BACKWARD, MARK);
  insert(0, '# one\n# two\n');
  expect(marked()).toEqual([LINE]);
  const at = view.state.doc.toString().indexOf('* x');
  insert(at, '+ 1 ');
  expect([marked(), gutters()]).toEqual([[], 0]);
  view.dispatch({ changes: { from: at, to: at + 4 } });
  expect([marked(), gutters()]).toEqual([[LINE], 1]);
  view.dispatch({ changes: { from: 0, to: view.state.doc.length } });
  expect(marked()).toEqual([]);
  insert(0, BACKWARD);
  expect(marked()).toEqual([LINE]);
});

test('icons lie over the indent, and beside the code only where a line has none', () => {
  const over = () => view.dom.querySelectorAll('.jp-gradcheck-gutter-over').length;
  open(BACKWARD, MARK);
  expect([gutters(), over()]).toEqual([1, 1]);
  const source = 'grad = lambda x: 3 * x';
  view.destroy();
  open(`${BACKWARD}\n${source}`, MARK, { text: source, lines: [{ offset: 0, findings: [WRONG] }] });
  expect([gutters(), over()]).toEqual([1, 0]);
});

test('the icon says what is wrong', () => {
  open(BACKWARD, MARK);
  const icon = view.dom.querySelector('.jp-gradcheck-gutter-icon')!;
  expect(icon.getAttribute('title')).toBe('dw<b> is wrong\ndw is 2 x the numerical gradient.');
  expect(icon.getAttribute('aria-label')).toBe(icon.getAttribute('title'));
});

test('the explanation of a line opens on demand, and closes with whatever comes next', () => {
  open(BACKWARD, MARK);
  explain(view, trans);
  expect(tooltip()).toBeNull();
  view.dispatch({ selection: { anchor: view.state.doc.line(3).to } });
  explain(view, trans);
  expect(tooltip()!.textContent).toContain('dw<b> is wrong');
  expect(tooltip()!.textContent).toContain('Relative difference 5.00e-01');
  expect(tooltip()!.querySelector('b')).toBeNull();
  expect(tooltip()!.getAttribute('role')).toBe('alert');
  press('Escape');
  expect(tooltip()).toBeNull();
  explain(view, trans);
  insert(0, 'x');
  expect(tooltip()).toBeNull();
});

describe('the explanation that hovering opens', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function hover(): void {
    open(BACKWARD, MARK);
    const at = view.state.doc.line(3).from + 8;
    // jsdom lays nothing out.
    jest.spyOn(view, 'posAtCoords').mockReturnValue(at);
    jest.spyOn(view, 'coordsAtPos').mockReturnValue({ left: 50, right: 50, top: 20, bottom: 30 });
    const within = view.dom.querySelector('.jp-gradcheck-mark')!;
    within.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, clientX: 51, clientY: 25 }));
    jest.advanceTimersByTime(1000);
    expect(tooltip()!.getAttribute('role')).toBe('tooltip');
  }

  test('closes when its function is edited', () => {
    hover();
    insert(view.state.doc.toString().indexOf('* x'), '+ 1 ');
    expect([marked(), tooltip()]).toEqual([[], null]);
  });

  test('closes when the mark goes by itself', () => {
    hover();
    marks.set();
    expect(tooltip()).toBeNull();
  });
});

test('two functions of one cell, one within the other, say what they have to say once each', () => {
  const inner = '    def grad(x):\n        return 2 * x';
  const source = `def loss(x):\n${inner}\n    return x`;
  const of = (text: string, offset: number, gradient: string): Mark => ({
    text,
    lines: [{ offset, findings: [{ ...WRONG, gradient }] }]
  });
  open(source, of(source, 2, 'a'), of(inner, 1, 'b'), of(source, 3, 'c'));
  expect(marked()).toEqual(['return 2 * x', 'return x']);
  expect(view.dom.querySelector('.jp-gradcheck-gutter-icon')!.getAttribute('title')).toMatch(/a is wrong[^]*b is wrong/);
});

test('an editor that is closed is told nothing', () => {
  open(BACKWARD);
  view.destroy();
  expect(() => marks.set(MARK)).not.toThrow();
});
