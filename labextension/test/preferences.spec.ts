import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import { Preferences } from '../src/preferences';

/** As much of the settings as is asked of them. */
class Settings {
  constructor(public composite: Record<string, unknown>) {}
  readonly changed = new Signal<this, void>(this);

  async set(key: string, value: unknown): Promise<void> {
    this.composite = { ...this.composite, [key]: value };
    this.changed.emit();
  }
}

async function load(composite: Record<string, unknown>): Promise<{ settings: Settings; preferences: Preferences; told: () => number }> {
  const settings = new Settings(composite);
  const preferences = new Preferences(Promise.resolve(settings as unknown as ISettingRegistry.ISettings), fail);
  let count = 0;
  preferences.changed.connect(() => {
    count += 1;
  });
  await Promise.resolve();
  return { settings, preferences, told: () => count };
}

function fail(reason: unknown): never {
  throw new Error(String(reason));
}

test('without settings everything is as by default, and nothing can be set', () => {
  const preferences = new Preferences(null, fail);
  expect([preferences.options, preferences.marks, preferences.recheck]).toEqual([undefined, true, null]);
  expect(() => preferences.setRecheck(true)).not.toThrow();
});

test('settings are those of the moment, and their changes are told', async () => {
  const { settings, preferences, told } = await load({ epsilon: 1e-7, marks: false });
  expect(told()).toBe(1);
  expect([preferences.options, preferences.marks, preferences.recheck]).toEqual([{ epsilon: 1e-7 }, false, false]);
  settings.composite = { recheckOnRun: true };
  settings.changed.emit();
  expect(told()).toBe(2);
  expect([preferences.options, preferences.marks, preferences.recheck]).toEqual([undefined, true, true]);
});

test('checking again by itself is set for good', async () => {
  const { settings, preferences, told } = await load({});
  preferences.setRecheck(true);
  expect(settings.composite).toEqual({ recheckOnRun: true });
  expect(preferences.recheck).toBe(true);
  expect(told()).toBe(2);
});

test('what is no setting of ours counts as none', async () => {
  const { preferences } = await load({ marks: 'no', recheckOnRun: 'yes', epsilon: 'small' });
  expect([preferences.options, preferences.marks, preferences.recheck]).toEqual([undefined, true, false]);
});

test('settings that cannot be loaded are told of', async () => {
  const said: unknown[] = [];
  const preferences = new Preferences(Promise.reject(new Error('gone')), reason => said.push(reason));
  await Promise.resolve();
  await Promise.resolve();
  expect(String(said[0])).toContain('gone');
  expect(preferences.recheck).toBeNull();
});
