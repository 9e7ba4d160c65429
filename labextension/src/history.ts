/** The checks of a notebook so far, and what has changed between two of them. */

import type { ParameterReport, Report } from './contract';

/** A check that made a report. */
export interface Finished {
  id: string;
  /** When it ended, ISO 8601. */
  at: string;
  report: Report;
}

/** Names of gradients by what has become of them since the check before. */
export interface Change {
  /** Were wrong, and are right. */
  mended: string[];
  /** Were not wrong, and are. */
  broken: string[];
  /** Were wrong, and are. */
  still: string[];
}

/** What has changed from `before` to `after`; null where the two did not check the same. */
export function changeOf(before: Report, after: Report): Change | null {
  const earlier = new Map(before.parameters.map(parameter => [parameter.name, parameter]));
  const both = after.parameters.filter(parameter => earlier.has(parameter.name));
  const same = before.forward.name === after.forward.name && before.backward?.name === after.backward?.name;
  if (!same || both.length === 0) {
    return null;
  }
  const was = (parameter: ParameterReport) => earlier.get(parameter.name)!.verdict;
  const names = (which: (parameter: ParameterReport) => boolean) => both.filter(which).map(gradientName);
  return {
    mended: names(one => one.verdict === 'pass' && was(one) === 'fail'),
    broken: names(one => one.verdict === 'fail' && was(one) !== 'fail'),
    still: names(one => one.verdict === 'fail' && was(one) === 'fail')
  };
}

/** `list` with `entry` at its head, each check once and no more than `most`. */
export function remembered(list: readonly Finished[], entry: Finished, most: number): Finished[] {
  const all = [entry, ...list.filter(one => one.id !== entry.id)];
  return all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0)).slice(0, most);
}

/** What to call a gradient: as the person's code calls it, or by the parameter where that says nothing. */
export function gradientName(parameter: ParameterReport): string {
  return parameter.name.includes(': ') || parameter.gradient === '' ? parameter.name : parameter.gradient;
}
