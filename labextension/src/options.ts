/** The person's settings as options of a request. */

import type { BackendChoice, CheckMethod, CheckOptions } from './contract';

const METHODS: readonly CheckMethod[] = ['auto', 'central', 'complex-step', 'autodiff'];
const BACKENDS: readonly BackendChoice[] = ['auto', 'numpy', 'tensorflow'];

/** The options that differ from the defaults; undefined where all are defaults. */
export function optionsOf(settings: Readonly<Record<string, unknown>>): CheckOptions | undefined {
  const { method, backend, epsilon, threshold } = settings;
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
  return Object.keys(options).length > 0 ? options : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): value is T {
  return (allowed as readonly unknown[]).includes(value);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
