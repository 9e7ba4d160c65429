/** What the tests share: the contract's own example files, a server that answers as it is told, a translator. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Client, Health } from '../src/api';
import type { Candidates, Check, CheckRequest, GradcheckProblem, ParameterReport, Report } from '../src/contract';
import type { Target } from '../src/state';

/** The data of a file in tests/contract/good. */
export function good<T>(name: string): T {
  const path = join(__dirname, '..', '..', 'tests', 'contract', 'good', `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { data: T }).data;
}

export const failing = good<Report>('report.failing');
export const passing = good<Report>('report.passing');
export const screened = good<Report>('report.screened');
export const inconclusive = good<Report>('report.inconclusive');
export const candidates = good<Candidates>('candidates.certain');
export const packageMissing = good<GradcheckProblem>('error.package_missing');
export const ambiguous: GradcheckProblem = { code: 'ambiguous', message: 'Which?', reason: null, candidates };
/** A notebook of two layers, each with its own pair of functions. */
export const layers: Candidates = {
  version: 1,
  functions: [
    { name: 'affine_forward', role: 'forward', signature: 'affine_forward(x, w, b)' },
    { name: 'affine_backward', role: 'backward', signature: 'affine_backward(dout, cache)' }
  ],
  parameters: [],
  data: [
    { name: 'x', summary: 'ndarray (4, 3)' },
    { name: 'w', summary: 'ndarray (3, 5)' }
  ],
  guess: { forward: 'affine_forward', backward: 'affine_backward', parameters: 'x, w, b', data: [] },
  readings: [
    { forward: 'affine_forward', backward: 'affine_backward', parameters: ['x', 'w', 'b'], data: [] },
    { forward: 'tanh_forward', backward: 'tanh_backward', parameters: ['x'], data: [] }
  ],
  several: true,
  certain: false,
  reason: 'Several things could be checked.'
};
export const several: GradcheckProblem = {
  code: 'several',
  message: 'Name the one to check, or check all.',
  reason: null,
  candidates: layers
};

/** A parameter that is right, of 3 x 5 entries. */
export function parameter(fields: Partial<ParameterReport> = {}): ParameterReport {
  return { ...passing.parameters.find(({ name }) => name === 'W2')!, ...fields };
}

/** The same numbers from 0 to 1 in every run, so that what fails fails again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const KERNEL = 'kernel-1';
export const OTHER = 'kernel-2';

export function target(kernelId = KERNEL, notebook = 'network.ipynb'): Target {
  return { kind: 'kernel', notebook, kernelId };
}

export function check(fields: Partial<Check> = {}): Check {
  return {
    id: 'check-1',
    kernel_id: KERNEL,
    status: 'queued',
    progress: { done: 0, total: 0 },
    report: null,
    error: null,
    created: '2026-01-05T10:00:00.000+00:00',
    ...fields
  };
}

/** A promise that the test settles. */
export class Later<T> {
  resolve!: (value: T) => void;
  reject!: (reason: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

type Answer<T> = T | Error | Promise<T>;

/** Answers from what the test has put there: the next of the queue, the last one for ever. */
export class FakeClient implements Client {
  readonly calls: string[] = [];
  readonly requests: CheckRequest[] = [];
  healthAnswers: Answer<Health>[] = [{ version: '0.1.0', api: 1 }];
  probeAnswers: Answer<Candidates>[] = [candidates];
  startAnswers: Answer<Check>[] = [check()];
  getAnswers: Answer<Check>[] = [check()];
  listAnswers: Answer<Check[]>[] = [[]];
  cancelAnswers: Answer<void>[] = [undefined];

  health(): Promise<Health> {
    return this._answer('health', this.healthAnswers);
  }

  probe(kernelId: string): Promise<Candidates> {
    return this._answer(`probe ${kernelId}`, this.probeAnswers);
  }

  start(kernelId: string, request: CheckRequest): Promise<Check> {
    this.requests.push(request);
    return this._answer(`start ${kernelId}`, this.startAnswers);
  }

  get(id: string): Promise<Check> {
    return this._answer(`get ${id}`, this.getAnswers);
  }

  list(kernelId: string): Promise<Check[]> {
    return this._answer(`list ${kernelId}`, this.listAnswers);
  }

  cancel(id: string): Promise<void> {
    return this._answer(`cancel ${id}`, this.cancelAnswers);
  }

  private async _answer<T>(call: string, answers: Answer<T>[]): Promise<T> {
    this.calls.push(call);
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  }
}

/** English, with the placeholders filled in. */
export const trans = {
  __: (text: string, ...args: unknown[]) => fill(text, args),
  _n: (one: string, many: string, n: number, ...args: unknown[]) => fill(n === 1 ? one : many, [n, ...args])
} as unknown as TranslationBundle;

function fill(text: string, args: readonly unknown[]): string {
  return text.replace(/%(\d+)/g, (_, index: string) => String(args[Number(index) - 1]));
}
