/** What the tests of components share: a root in the page, and a person's clicks and keys. */

import type { ReactElement } from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

export let host: HTMLElement;
let root: Root;

beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

export function render(element: ReactElement): void {
  act(() => root.render(element));
}

/** All elements of the component, in their order. */
export function all<T extends Element = HTMLElement>(selector: string): T[] {
  return [...host.querySelectorAll<T>(selector)];
}

/** The only element of its kind. */
export function one<T extends Element = HTMLElement>(selector: string): T {
  const found = all<T>(selector);
  expect([selector, found.length]).toEqual([selector, 1]);
  return found[0]!;
}

export function click(target: string | HTMLElement): void {
  act(() => (typeof target === 'string' ? one(target) : target).click());
}

/** Press a key; whether the component took it, so that the page does not scroll as well. */
export function press(target: Element, key: string): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  act(() => void target.dispatchEvent(event));
  return event.defaultPrevented;
}

/** Type over what a field holds. */
export function type(selector: string, text: string): void {
  change(one<HTMLInputElement>(selector), HTMLInputElement.prototype, text, 'input');
}

export function select(selector: string, value: string): void {
  change(one<HTMLSelectElement>(selector), HTMLSelectElement.prototype, value, 'change');
}

function change(element: HTMLElement, prototype: object, value: string, event: string): void {
  // React overrides the setter of the element itself, and would take the change for its own.
  const set = Object.getOwnPropertyDescriptor(prototype, 'value')!.set!;
  act(() => {
    set.call(element, value);
    element.dispatchEvent(new Event(event, { bubbles: true }));
  });
}

/** Open a folded part, as a click on its title does in a browser. */
export function unfold(selector: string): void {
  act(() => {
    const details = one<HTMLDetailsElement>(selector);
    details.open = true;
    // jsdom tells of it in a later task, which no `act` would wait for.
    details.dispatchEvent(new Event('toggle'));
  });
}
