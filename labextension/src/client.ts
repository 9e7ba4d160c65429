/** The server's HTTP interface and event bus. */

import { URLExt } from '@jupyterlab/coreutils';
import type { Event } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';

import type { Client, Health } from './api';
import { networkError, requestError } from './api';
import type { Candidates, Check, CheckEvent, CheckRequest } from './contract';

const PREFIX = 'jupyterlab-gradcheck';
const EVENT_SCHEMA = 'https://schema.jupyter.org/jupyterlab_gradcheck/event/v1';

export class HttpClient implements Client {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  health(): Promise<Health> {
    return this._ask('GET', ['health']);
  }

  probe(kernelId: string): Promise<Candidates> {
    return this._ask('POST', ['kernels', kernelId, 'probe'], {});
  }

  start(kernelId: string, request: CheckRequest): Promise<Check> {
    return this._ask('POST', ['kernels', kernelId, 'checks'], request);
  }

  get(id: string): Promise<Check> {
    return this._ask('GET', ['checks', id]);
  }

  list(kernelId: string): Promise<Check[]> {
    return this._ask('GET', ['checks'], undefined, { kernel_id: kernelId });
  }

  async cancel(id: string): Promise<void> {
    await this._ask<unknown>('DELETE', ['checks', id]);
  }

  private async _ask<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string[],
    body?: object,
    query?: Record<string, string>
  ): Promise<T> {
    const url = URLExt.join(this._settings.baseUrl, PREFIX, ...path.map(encodeURIComponent));
    const init: RequestInit = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(
        url + (query ? URLExt.objectToQueryString(query) : ''),
        init,
        this._settings
      );
      text = await response.text();
    } catch (error) {
      throw networkError(error);
    }
    let data: unknown = null;
    try {
      data = text === '' ? null : JSON.parse(text);
    } catch {
      // An error page, or a proxy's: the status says what it is.
      if (response.ok) {
        throw networkError(new Error('the answer is not JSON'));
      }
    }
    if (!response.ok) {
      throw requestError(response.status, data);
    }
    return data as T;
  }
}

/** The check event that a message of the event bus carries, or null when it is another's. */
export function checkEventOf(emission: Event.Emission): CheckEvent | null {
  return emission.schema_id === EVENT_SCHEMA ? (emission as unknown as CheckEvent) : null;
}
