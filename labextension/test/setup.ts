/** What React or a test complains about on the console is a failure. */

let complaints: jest.SpyInstance[];

beforeEach(() => {
  complaints = [jest.spyOn(console, 'error'), jest.spyOn(console, 'warn')];
});

afterEach(() => {
  for (const complaint of complaints) {
    expect(complaint).not.toHaveBeenCalled();
  }
});
