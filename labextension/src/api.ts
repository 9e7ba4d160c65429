/** What the panel asks of the server, apart from how it is carried. */

import type { Candidates, Check, CheckRequest, GradcheckProblem } from './contract';

/** The version of the HTTP interface that this panel speaks. */
export const API_VERSION = 1;

export interface Health {
  version: string;
  api: number;
}

/** Every call rejects with a `RequestError`. */
export interface Client {
  health(): Promise<Health>;
  probe(kernelId: string): Promise<Candidates>;
  start(kernelId: string, request: CheckRequest): Promise<Check>;
  get(id: string): Promise<Check>;
  /** The checks of a kernel, newest first; their reports may be left out. */
  list(kernelId: string): Promise<Check[]>;
  cancel(id: string): Promise<void>;
}

/** The server answered with an error, or not at all (`status` 0). */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly problem: GradcheckProblem
  ) {
    super(problem.message);
    this.name = 'RequestError';
  }

  /** Whether asking again later may help. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503;
  }
}

/** The error that an answer with this status and body stands for. */
export function requestError(status: number, body: unknown): RequestError {
  if (isProblem(body)) {
    return new RequestError(status, body);
  }
  if (status === 404) {
    // Our own answers carry a code: this one comes from a server that does not know us.
    return new RequestError(status, {
      code: 'server_extension_missing',
      reason: 'Not Found',
      message: 'The server part of jupyterlab-gradcheck does not answer.'
    });
  }
  return new RequestError(status, {
    code: 'http_error',
    reason: null,
    message: messageOf(body) ?? `The server answered with status ${status}.`
  });
}

/** The error of a request that got no answer. */
export function networkError(cause: unknown): RequestError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new RequestError(0, { code: 'network', reason: null, message: `The server could not be reached: ${message}` });
}

function isProblem(body: unknown): body is GradcheckProblem {
  return isRecord(body) && typeof body['code'] === 'string' && typeof body['message'] === 'string';
}

function messageOf(body: unknown): string | null {
  return isRecord(body) && typeof body['message'] === 'string' && body['message'] !== '' ? body['message'] : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
