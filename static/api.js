// @ts-check
/** Talking to the server: JSON both ways, the CSRF token on whatever changes something, errors in plain words. */
/** @import { Me } from './types.js' */
import { learnServerTime } from './time.js';
import { words } from './words.js';

const TIMEOUT = 15_000;

/** An answer that is not 2xx, or none at all (`status` 0). Its message can be shown. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message @param {number} [retryAfter] seconds */
  constructor(status, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} Options
 * @property {string} [method]
 * @property {unknown} [body]
 * @property {AbortSignal} [signal]
 * @property {number} [timeout] in ms
 * @property {boolean} [keepalive] outlives the page
 */

export class Api {
  #token = '';

  /** Who is logged in; learns the CSRF token. @returns {Promise<Me>} */
  async me() {
    /** @type {Me} */
    const me = await this.#send('/api/me', {});
    this.#token = me.csrf_token ?? '';
    return me;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  get(path, options = {}) {
    return this.#send(path, options);
  }

  /** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  post(path, body = {}) {
    return this.#change(path, { method: 'POST', body });
  }

  /** @param {string} path @param {unknown} body @param {Options} [options] @returns {Promise<any>} */
  put(path, body, options = {}) {
    return this.#change(path, { ...options, method: 'PUT', body });
  }

  /** @param {string} path @param {Options} options */
  async #change(path, options) {
    const token = this.#token;
    try {
      return await this.#send(path, options);
    } catch (error) {
      // The session may have been renewed in another tab; then there is a new token, and one more try.
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      await this.me();
      if (this.#token === token) throw error;
      return this.#send(path, options);
    }
  }

  /** @param {string} path @param {Options} options @returns {Promise<any>} */
  async #send(path, { method = 'GET', body, signal, timeout = TIMEOUT, keepalive = false }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (method !== 'GET') headers['X-CSRF-Token'] = this.#token;
    const late = AbortSignal.timeout(timeout);
    try {
      const response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, late]) : late,
        keepalive,
        credentials: 'same-origin',
        cache: 'no-store',
      });
      learnServerTime(response.headers.get('date'));
      const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
      const content = isJson ? await response.json() : null;
      if (response.ok) return content;
      throw new ApiError(response.status, reason(response.status, content), Number(response.headers.get('retry-after')) || 0);
    } catch (error) {
      if (error instanceof ApiError || signal?.aborted) throw error;
      throw new ApiError(0, late.aborted ? words.problems.timeout : words.problems.network);
    }
  }
}

/** @param {number} status @param {any} problem */
function reason(status, problem) {
  if (status === 401) return words.problems.signedOut;
  const detail = problem?.detail;
  return typeof detail === 'string' && detail ? detail : words.problems.unknown(status);
}

/** Where to log in and come back to this page. */
export function loginAddress() {
  return `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}
