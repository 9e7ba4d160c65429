import * as React from 'react';
import { act } from 'react';

import { HeatMap } from '../src/components/heat';
import type { ErrorMap, ParameterReport } from '../src/contract';
import { all, click, host, one, press, render } from './dom';
import { parameter, trans } from './fixtures';

const map: ErrorMap = { shape: [2, 3], values: [0, 0.5e-9, 1e-3, 1e-6, 1, 0] };

function show(fields: Partial<ParameterReport> = {}): void {
  const shape = fields.map?.shape ?? map.shape;
  render(
    <HeatMap
      parameter={parameter({ shape, map, detection_limit: 1e-9, ...fields })}
      trans={trans}
    />
  );
}

function picture(): SVGSVGElement {
  return one<SVGSVGElement>('svg.jp-gradcheck-map');
}

/** Where the squares of paths lie, as `x,y`. */
function squares(selector: string): string[] {
  return all(`svg.jp-gradcheck-map path${selector}`).flatMap(path =>
    [...path.getAttribute('d')!.matchAll(/M(\S+) (\S+)h1v1h-1z/g)].map(([, x, y]) => `${x},${y}`)
  );
}

function readout(): string {
  return one('.jp-gradcheck-readout').textContent!;
}

/** Point at a place of the picture, given in squares of it. */
function point(x: number, y: number): void {
  const svg = picture();
  const [, , width, height] = svg.getAttribute('viewBox')!.split(' ').map(Number);
  svg.getBoundingClientRect = () => ({ left: 10, top: 20, width: width! * 7, height: height! * 7 }) as DOMRect;
  const event = new MouseEvent('pointermove', { bubbles: true, clientX: 10 + 7 * x, clientY: 20 + 7 * y });
  act(() => void svg.dispatchEvent(event));
}

describe('a map of errors', () => {
  test('shows what is off more strongly, and nothing of what cannot be told from right', () => {
    show();
    expect(squares('.jp-gradcheck-ground')).toEqual(['0,0', '1,0', '2,1']);
    const levels = all('svg.jp-gradcheck-map path:not([class])');
    const opacity = (at: string) =>
      Number(levels.find(path => path.getAttribute('d')!.includes(`M${at}h`))!.getAttribute('fill-opacity'));
    expect(opacity('1 1')).toBe(1);
    expect(opacity('2 0')).toBeLessThan(1);
    expect(opacity('0 1')).toBeLessThan(opacity('2 0'));
    expect(opacity('0 1')).toBeGreaterThan(0.15);
    expect(readout()).toBe('The stronger the colour, the further off: up to 1.');
  });

  test('says so where nothing is off', () => {
    show({ map: { shape: [1, 3], values: [0, 1e-10, 0] } });
    expect(squares('.jp-gradcheck-ground')).toHaveLength(3);
    expect(squares(':not([class])')).toHaveLength(0);
    expect(readout()).toBe('No entry is off by more than could be told: 1.00e-10.');
  });

  test('without a limit shows whatever differs', () => {
    show({ detection_limit: null, map: { shape: [2], values: [0, 1e-300] } });
    expect(squares(':not([class])')).toEqual(['1,0']);
  });

  test('tells a number that is none from an entry that was not measured', () => {
    const values = [null, 1, 0, 0, 0, null];
    show({ map: { ...map, values } });
    expect(squares('.jp-gradcheck-broken')).toEqual(['0,0', '2,1']);
    expect(squares('.jp-gradcheck-unmeasured')).toEqual([]);
    expect(readout()).toContain('Crossed out is no number.');
    press(picture(), 'ArrowRight');
    expect(readout()).toBe('[0, 0] no number');
    show({ map: { ...map, values }, coverage: 'screened' });
    expect(squares('.jp-gradcheck-broken')).toEqual([]);
    expect(squares('.jp-gradcheck-unmeasured')).toEqual(['0,0', '2,1']);
    expect(readout()).toBe('[0, 0] not measured one by one');
    // A gradient of NaN: what is missing is what was claimed.
    show({ map: { ...map, values }, coverage: 'screened', cause: { kind: 'non-finite', message: 'NaN.' } });
    expect(squares('.jp-gradcheck-broken')).toEqual(['0,0', '2,1']);
  });

  test('of nothing but NaN claims no agreement', () => {
    show({ map: { shape: [2], values: [null, null] } });
    expect(readout()).toBe('Crossed out is no number.');
  });

  test.each<[string, ErrorMap | null]>([
    ['there is none', null],
    ['it has a single entry', { shape: [1, 1], values: [1] }],
    ['it is of one number', { shape: [], values: [1] }],
    ['it is empty', { shape: [0, 5], values: [] }],
    ['its values are missing', { shape: [2, 3], values: [] }]
  ])('is not drawn where %s', (_, empty) => {
    show({ map: empty });
    expect(host.textContent).toBe('');
  });

  test('draws a path a level, not an element a square', () => {
    show({ map: { shape: [64, 64], values: Array.from({ length: 4096 }, (_, at) => at / 4096) } });
    expect(picture().querySelectorAll('*').length).toBeLessThan(20);
    expect(squares('')).toHaveLength(4096);
    expect(new Set(squares('')).size).toBe(4096);
  });
});

describe('by keyboard', () => {
  const cursor = () => {
    const found = all('.jp-gradcheck-cursor');
    return found.length === 0 ? null : `${found[0]!.getAttribute('x')},${found[0]!.getAttribute('y')}`;
  };

  test('the map is reached, and the arrow keys go from entry to entry', () => {
    show();
    expect(picture().tabIndex).toBe(0);
    expect(cursor()).toBeNull();
    const went = ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowUp', 'ArrowUp'].map(
      key => {
        expect(press(picture(), key)).toBe(true);
        return cursor();
      }
    );
    // The first key enters; at the edge the cursor stays.
    expect(went).toEqual(['0,0', '1,0', '2,0', '2,1', '1,1', '1,0', '1,0', '1,0']);
    press(picture(), 'ArrowDown');
    expect(readout()).toBe('[1, 1] off by 1');
  });

  test('other keys are left to the page', () => {
    show();
    expect(press(picture(), 'Tab')).toBe(false);
    expect(press(picture(), 'constructor')).toBe(false);
    expect(cursor()).toBeNull();
  });

  test('the gap between slices is stepped across, and the end is the end', () => {
    show({ map: { shape: [3, 2, 2], values: Array.from({ length: 12 }, (_, at) => at) } });
    const seen = [readout()];
    for (const key of Array<string>(12).fill('ArrowRight')) {
      press(picture(), key);
      seen.push(readout());
    }
    expect(seen.slice(1, 5)).toEqual([
      '[0, 0, 0] off by 0',
      '[0, 0, 1] off by 1',
      '[1, 0, 0] off by 4',
      '[1, 0, 1] off by 5'
    ]);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
      press(picture(), key);
      expect(readout()).not.toContain('undefined');
    }
  });

  test('in an unfinished last line there is no entry to go to', () => {
    show({ map: { shape: [33], values: Array<number>(33).fill(1) } });
    press(picture(), 'ArrowRight');
    press(picture(), 'ArrowRight');
    press(picture(), 'ArrowDown');
    expect(readout()).toMatch(/^\[1\] /);
    press(picture(), 'ArrowLeft');
    press(picture(), 'ArrowDown');
    expect(readout()).toMatch(/^\[32\] /);
  });

  test('what is left says no more of an entry', () => {
    show();
    press(picture(), 'ArrowRight');
    act(() => void picture().dispatchEvent(new FocusEvent('focusout', { bubbles: true })));
    expect(cursor()).toBeNull();
    expect(readout()).toContain('The stronger the colour');
  });
});

describe('by pointer', () => {
  test('the entry under it is told', () => {
    show();
    point(1.5, 1.5);
    expect(readout()).toBe('[1, 1] off by 1');
    point(2.9, 0.1);
    expect(readout()).toBe('[0, 2] off by 0.001');
  });

  test('between slices there is none', () => {
    show({ map: { shape: [2, 3, 3], values: Array<number>(18).fill(1) } });
    point(3.5, 1.5);
    expect(readout()).toContain('The stronger the colour');
    point(4.5, 1.5);
    expect(readout()).toBe('[1, 1, 0] off by 1');
  });
});

describe('a large parameter', () => {
  const values = Array.from({ length: 4096 }, (_, at) => (at === 64 * 63 ? 2 : 0));

  test('of 1e8 entries says which of them a square stands for', () => {
    // As the kernel folds it.
    const folded = { shape: [40, 79], values: Array.from({ length: 40 * 79 }, (_, at) => (at === 39 * 79 ? 2 : 0)) };
    show({ shape: [10_000, 10_000], map: folded });
    expect(one('figcaption').textContent).toContain('A square is the worst of 256 × 128 entries.');
    point(0.5, 39.5);
    expect(readout()).toBe('[9984:10000, 0:128] off by 2');
  });

  test('can be made larger and smaller again, up to an end', () => {
    show({ shape: [64, 64], map: { shape: [64, 64], values } });
    const width = () => Number(picture().getAttribute('width'));
    const [smaller, larger] = all<HTMLButtonElement>('.jp-gradcheck-zoom button');
    expect([smaller!.getAttribute('aria-label'), larger!.getAttribute('aria-label')]).toEqual(['Smaller', 'Larger']);
    expect([smaller!.disabled, larger!.disabled]).toEqual([true, false]);
    const first = width();
    expect(first).toBeLessThan(250);
    click(larger!);
    expect(width()).toBe(2 * first);
    click(larger!);
    click(larger!);
    expect([width(), smaller!.disabled, larger!.disabled]).toEqual([8 * first, false, true]);
    click(smaller!);
    expect(width()).toBe(4 * first);
  });

  test('is what zooming is for', () => {
    show({ map: { shape: [3], values: [1, 2, 3] } });
    expect(all('.jp-gradcheck-zoom')).toHaveLength(0);
  });

  test.each<[number[], string]>([
    [[2, 3, 4, 2, 2], '[0, 0, 0, 0, 0]'],
    [[2, 1, 3, 1, 1], '[0, 0, 0, 0, 0]'],
    [[4096], '[0]']
  ])('of shape %p has a picture', (shape, first) => {
    const size = shape.reduce((product, length) => product * length, 1);
    show({ shape, map: { shape, values: Array<number>(size).fill(1) } });
    expect(squares('')).toHaveLength(size);
    expect(Number(picture().getAttribute('width'))).toBeGreaterThan(0);
    press(picture(), 'ArrowRight');
    expect(readout()).toBe(`${first} off by 1`);
  });
});

test('a map that shrinks under the cursor is no trouble', () => {
  show();
  press(picture(), 'ArrowRight');
  press(picture(), 'ArrowDown');
  show({ map: { shape: [2], values: [1, 1] } });
  expect(readout()).toMatch(/^\[\d+\] /);
});
