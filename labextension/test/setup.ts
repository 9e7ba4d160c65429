/** What React or a test complains about on the console is a failure. */

import { TextEncoder } from 'node:util';

// Browsers have it, jsdom does not.
Object.assign(globalThis, { TextEncoder });

let complaints: jest.SpyInstance[];

beforeEach(() => {
  complaints = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn')];
});

afterEach(() => {
  for (const complaint of complaints) {
    expect(complaint).not.toHaveBeenCalled();
  }
});
