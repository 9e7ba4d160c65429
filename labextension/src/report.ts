/** Reports that come from elsewhere than the server, which holds its own to the contract. */

import type { Report } from './contract';

/**
 * Whether `data` is a report that the components can show.
 *
 * #### Notes
 * A notebook keeps its outputs for years, and anybody may have written them: what the components take for granted is
 * looked at, the rest is text to them.
 */
export function isReport(data: unknown): data is Report {
  return (
    isRecord(data) &&
    data['version'] === 1 &&
    typeof data['message'] === 'string' &&
    VERDICTS.includes(data['verdict']) &&
    isNumber(data['evaluations']) &&
    isNumber(data['elapsed_seconds']) &&
    isRecord(data['forward']) &&
    typeof data['forward']['name'] === 'string' &&
    (data['backward'] === null || (isRecord(data['backward']) && typeof data['backward']['name'] === 'string')) &&
    isListOf(data['warnings'], isWarning) &&
    isListOf(data['parameters'], isParameter)
  );
}

const VERDICTS: readonly unknown[] = ['pass', 'fail', 'inconclusive'];

function isParameter(data: unknown): boolean {
  return (
    isRecord(data) &&
    typeof data['name'] === 'string' &&
    typeof data['message'] === 'string' &&
    VERDICTS.includes(data['verdict']) &&
    isListOf(data['shape'], isNumber) &&
    isNumber(data['size']) &&
    isRecord(data['counts']) &&
    ['pass', 'fail', 'inconclusive'].every(verdict => isNumber((data['counts'] as Record<string, unknown>)[verdict])) &&
    isListOf(data['worst'], entry => isRecord(entry) && isListOf(entry['index'], isNumber)) &&
    (data['map'] === null ||
      (isRecord(data['map']) && isListOf(data['map']['shape'], isNumber) && isListOf(data['map']['values'], isMaybe)))
  );
}

function isWarning(data: unknown): boolean {
  return isRecord(data) && typeof data['code'] === 'string' && typeof data['message'] === 'string';
}

function isMaybe(data: unknown): boolean {
  return data === null || isNumber(data);
}

function isNumber(data: unknown): data is number {
  return typeof data === 'number' && Number.isFinite(data);
}

function isListOf(data: unknown, one: (data: unknown) => boolean): boolean {
  return Array.isArray(data) && data.every(one);
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
