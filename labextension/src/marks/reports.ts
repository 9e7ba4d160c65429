/** What the marks are made from. */

import type { ISignal } from '@lumino/signaling';

import type { Report } from '../contract';
import type { Stale } from '../state';

/** A report, by the check that made it, and why it may no longer hold. */
export interface Reported {
  id: string;
  report: Report;
  stale: Stale | null;
}

/** The newest report of each kernel. */
export interface Reports {
  /** Emits a kernel's id when its newest report is another one, or no longer holds. */
  readonly reportChanged: ISignal<unknown, string>;
  reportOf(kernelId: string): Reported | null;
}
