/** The notice of a check that ends while another notebook is current. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Verdict } from './contract';
import { visible } from './format';
import type { Ended } from './model';

const PATIENCE = 8_000;
const TYPES: Record<Verdict, Notification.TypeOptions> = { pass: 'success', fail: 'error', inconclusive: 'warning' };

/** Tell of the check; `show` takes the person to its notebook. */
export function notify({ notebook, kernelId, check }: Ended, trans: TranslationBundle, show: (kernelId: string) => void): void {
  const message = check.report?.message ?? check.error?.message ?? trans.__('The check has ended.');
  Notification.emit(`${visible(notebook)}: ${visible(message)}`, TYPES[check.report?.verdict ?? 'inconclusive'], {
    autoClose: PATIENCE,
    actions: [{ label: trans.__('Show'), caption: trans.__('Go to this notebook'), callback: () => show(kernelId) }]
  });
}
