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
    isText(data['message']) &&
    isVerdict(data['verdict']) &&
    isNumberOrNull(data['relative_difference']) &&
    isText(data['method']) &&
    isText(data['backend']) &&
    isText(data['precision']) &&
    isAbsentOr(data['lifted'], isText) &&
    isNumber(data['evaluations']) &&
    isNumber(data['elapsed_seconds']) &&
    isAbsentOr(data['coverage'], isSaid) &&
    isNamed(data['forward']) &&
    (data['backward'] === null || isNamed(data['backward'])) &&
    isListOf(data['warnings'], isWarning) &&
    isListOf(data['parameters'], isParameter)
  );
}

const VERDICTS: readonly unknown[] = ['pass', 'fail', 'inconclusive'];
/** As the contract has it: more would only be slow to draw. */
const MOST_SQUARES = 4096;
const MOST_POINTS = 400;

function isParameter(data: unknown): boolean {
  return (
    isNamed(data) &&
    isText(data['message']) &&
    isVerdict(data['verdict']) &&
    isNumberOrNull(data['relative_difference']) &&
    isAbsentOr(data['relative_error_bound'], isNumber) &&
    isNumberOrNull(data['detection_limit']) &&
    isListOf(data['shape'], isCount) &&
    isNumber(data['size']) &&
    isCounts(data['counts']) &&
    isListOf(data['worst'], isEntry) &&
    (data['map'] === null || isMap(data['map'])) &&
    isAbsentOr(data['sample'], isSample) &&
    isAbsentOr(data['source'], isSource) &&
    isAbsentOr(data['elsewhere'], isEntry) &&
    isAbsentOr(data['blind'], isBlind)
  );
}

function isCounts(data: unknown): boolean {
  return isRecord(data) && isNumber(data['pass']) && isNumber(data['fail']) && isNumber(data['inconclusive']);
}

function isEntry(data: unknown): boolean {
  return (
    isRecord(data) &&
    isListOf(data['index'], isNumber) &&
    isNumberOrNull(data['analytic']) &&
    isNumberOrNull(data['numerical']) &&
    isNumberOrNull(data['error_bound']) &&
    isVerdict(data['verdict'])
  );
}

function isMap(data: unknown): boolean {
  if (!isRecord(data) || !isListOf(data['shape'], isCount) || !isListOf(data['values'], isNumberOrNull)) {
    return false;
  }
  const { shape, values } = data as { shape: number[]; values: unknown[] };
  return values.length <= MOST_SQUARES && values.length === shape.reduce((product, length) => product * length, 1);
}

function isSample(data: unknown): boolean {
  if (
    !isRecord(data) ||
    !isListOf(data['analytic'], isNumber) ||
    !isListOf(data['numerical'], isNumber) ||
    !isListOf(data['verdict'], isVerdict)
  ) {
    return false;
  }
  const lengths = new Set([data['analytic'], data['numerical'], data['verdict']].map(list => (list as unknown[]).length));
  return lengths.size === 1 && Math.max(...lengths) <= MOST_POINTS;
}

function isSource(data: unknown): boolean {
  return isRecord(data) && isNumber(data['line']) && isText(data['text']);
}

function isBlind(data: unknown): boolean {
  return isSaid(data) && isNumber(data['count']) && isNumber(data['nearby']);
}

function isWarning(data: unknown): boolean {
  return isSaid(data) && isText(data['code']);
}

function isSaid(data: unknown): data is Record<string, unknown> {
  return isRecord(data) && isText(data['message']);
}

function isNamed(data: unknown): data is Record<string, unknown> {
  return isRecord(data) && isText(data['name']);
}

/** Reports of older kernels leave out what they do not know. */
function isAbsentOr(data: unknown, one: (data: unknown) => boolean): boolean {
  return data === undefined || data === null || one(data);
}

function isVerdict(data: unknown): boolean {
  return VERDICTS.includes(data);
}

function isNumberOrNull(data: unknown): boolean {
  return data === null || isNumber(data);
}

function isCount(data: unknown): boolean {
  return isNumber(data) && Number.isInteger(data) && data >= 0;
}

function isNumber(data: unknown): data is number {
  return typeof data === 'number' && Number.isFinite(data);
}

function isText(data: unknown): data is string {
  return typeof data === 'string';
}

function isListOf(data: unknown, one: (data: unknown) => boolean): boolean {
  return Array.isArray(data) && data.every(one);
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
