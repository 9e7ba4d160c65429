/** The person's settings, as they are at the time of asking. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { CheckOptions } from './contract';
import { optionsOf } from './options';

/** Without a registry, as in an application that has none, everything is as by default. */
export class Preferences {
  constructor(loading: Promise<ISettingRegistry.ISettings> | null, onError: (reason: unknown) => void) {
    loading
      ?.then(settings => {
        this._settings = settings;
        settings.changed.connect(() => this._changed.emit());
        this._changed.emit();
      })
      .catch(onError);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The options of a check that differ from the defaults; undefined where all are defaults. */
  get options(): CheckOptions | undefined {
    return this._settings ? optionsOf(this._settings.composite) : undefined;
  }

  /** Whether wrong lines are marked in their cells. */
  get marks(): boolean {
    return this._settings?.composite['marks'] !== false;
  }

  /** Whether functions that are defined anew are checked again; null where that cannot be set. */
  get recheck(): boolean | null {
    return this._settings ? this._settings.composite['recheckOnRun'] === true : null;
  }

  setRecheck(on: boolean): void {
    void this._settings?.set('recheckOnRun', on);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _settings: ISettingRegistry.ISettings | null = null;
}
