/** The person's settings as options of a request. */

import type { BackendChoice, CheckMethod, CheckOptions } from './contract';

const METHODS: readonly CheckMethod[] = ['auto', 'central', 'complex-step', 'autodiff'];
const BACKENDS: readonly BackendChoice[] = ['auto', 'numpy', 'tensorflow'];
const MOST_POINTS = 20;
const DEFAULT_POINTS = 2;

/** The options that differ from the defaults; undefined where all are defaults. */
export function optionsOf(settings: Readonly<Record<string, unknown>>): CheckOptions | undefined {
  const { method, backend, epsilon, threshold, tolerance, strict, maxEvaluations, maxSeconds, points, lift } = settings;
  const options: CheckOptions = {};
  if (oneOf(METHODS, method) && method !== 'auto') {
    options.method = method;
  }
  if (oneOf(BACKENDS, backend) && backend !== 'auto') {
    options.backend = backend;
  }
  if (isPositive(epsilon)) {
    options.epsilon = epsilon;
  }
  if (isPositive(threshold)) {
    options.threshold = threshold;
  }
  if (isPositive(tolerance) && tolerance < 1) {
    options.tolerance = tolerance;
  }
  if (strict === true) {
    options.strict = true;
  }
  if (isPositive(maxEvaluations) && Number.isInteger(maxEvaluations)) {
    options.max_evaluations = maxEvaluations;
  }
  if (isPositive(maxSeconds)) {
    options.max_seconds = maxSeconds;
  }
  if (isCount(points) && points <= MOST_POINTS && points !== DEFAULT_POINTS) {
    options.points = points;
  }
  if (lift === false) {
    options.lift = false;
  }
  return Object.keys(options).length > 0 ? options : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): value is T {
  return (allowed as readonly unknown[]).includes(value);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const THOUSANDS = /^[1-9]\d{0,2}(,\d{3})+$/;

/**
 * The number that was typed, such as `1e-7`; null where it is none, or none that fits.
 *
 * #### Notes
 * A comma may stand before decimals, as in many countries, or between thousands, as the panel itself writes them. What
 * could be either, such as `1,000` seconds, is not guessed.
 */
export function numberOf(
  text: string,
  range: { least: number | null; most: number; whole: boolean }
): number | null {
  const trimmed = text.trim();
  const grouped = THOUSANDS.test(trimmed);
  const plain = range.whole ? (grouped ? trimmed.replace(/,/g, '') : trimmed) : grouped ? '' : trimmed.replace(',', '.');
  const value = NUMBER.test(plain) ? Number(plain) : NaN;
  const enough = range.least === null ? value > 0 : value >= range.least;
  return Number.isFinite(value) && enough && value <= range.most && (!range.whole || Number.isInteger(value))
    ? value
    : null;
}
