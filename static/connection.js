// @ts-check
/**
 * How the page hears what changes: first a page of the queue, then server-sent events; where those do not come
 * through, the long poll. One loop; each round begins by asking what changed since the last known revision, so
 * nothing is missed between two streams, and an expired session shows as what it is.
 */
/** @import { Api } from './api.js' */
/** @import { Delta, Filters, LinkKind, LinkState } from './types.js' */
import { ApiError } from './api.js';

const LONG_POLL = 25;
/** A stream that has not opened after this long is held back by something in between. */
const OPENS_WITHIN = 8000;
/** A stream that says nothing for this long is checked upon. */
const QUIET = 40_000;
/** After a stream failed twice: how long to poll before the next stream. */
const POLL_FOR = 120_000;
const LONGEST_PAUSE = 30_000;

/** @type {Partial<Record<number, LinkKind>>} */
const FINAL = { 401: 'signed-out', 403: 'forbidden', 404: 'missing' };

export class Connection {
  /** @type {AbortController | null} */ #running = null;
  /** @type {number | null} */ #revision = null;
  /** @type {LinkState} */ #state = { kind: 'connecting', since: new Date() };
  /** Ends the pause or the wait that is going on. */ #hurry = () => {};
  #api;
  #path;
  #limit;
  #onDelta;
  #onState;

  /**
   * @param {object} options
   * @param {Api} options.api
   * @param {string} options.path the queue's address, e.g. /api/channel/demo/queue
   * @param {number} options.limit the size of a page
   * @param {(delta: Delta) => void} options.onDelta
   * @param {(state: LinkState) => void} options.onState
   */
  constructor({ api, path, limit, onDelta, onState }) {
    this.#api = api;
    this.#path = path;
    this.#limit = limit;
    this.#onDelta = onDelta;
    this.#onState = onState;
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
  }

  /** Begins, or begins anew with other filters. @param {Filters} filters */
  start(filters) {
    this.stop();
    this.#running = new AbortController();
    this.#revision = null;
    void this.#run(filters, this.#running.signal);
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** Tries or checks at once instead of later. */
  hurry() {
    this.#hurry();
  }

  /** @param {Filters} filters @param {number} before @returns {Promise<Delta>} */
  older(filters, before) {
    const options = this.#running ? { signal: this.#running.signal } : {};
    return this.#api.get(this.#address('', filters, { before, limit: this.#limit }), options);
  }

  /** @param {Filters} filters @param {AbortSignal} signal */
  async #run(filters, signal) {
    let failures = 0;
    let badStreams = 0;
    let pollUntil = 0;
    while (!signal.aborted) {
      try {
        await this.#ask(filters, 0, signal);
        failures = 0;
        if (Date.now() < pollUntil) {
          await this.#poll(filters, pollUntil, signal);
          continue;
        }
        const worked = await this.#stream(filters, signal);
        if (signal.aborted) return;
        badStreams = worked ? 0 : badStreams + 1;
        if (badStreams >= 2) {
          pollUntil = Date.now() + POLL_FOR;
          continue;
        }
        this.#tell('reconnecting');
        await this.#pause(300 + Math.random() * 1200, signal);
      } catch (error) {
        if (signal.aborted) return;
        const status = error instanceof ApiError ? error.status : 0;
        const final = FINAL[status];
        if (final) return this.#tell(final);
        failures += 1;
        this.#tell(navigator.onLine ? 'reconnecting' : 'offline');
        const asked = error instanceof ApiError ? error.retryAfter * 1000 : 0;
        const backoff = Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
        await this.#pause(Math.max(asked, backoff), signal);
      }
    }
  }

  /** One request for what changed. @param {Filters} filters @param {number} wait in seconds @param {AbortSignal} signal */
  async #ask(filters, wait, signal) {
    const address = this.#address('', filters, { since: this.#revision, wait, limit: this.#limit });
    const delta = await this.#api.get(address, { signal, timeout: (wait + 15) * 1000 });
    if (!signal.aborted) this.#take(delta, this.#revision === null);
  }

  /** @param {Filters} filters @param {number} until @param {AbortSignal} signal */
  async #poll(filters, until, signal) {
    while (!signal.aborted && Date.now() < until) {
      this.#tell('polling');
      await this.#ask(filters, LONG_POLL, signal);
    }
  }

  /**
   * Listens until the stream ends. Answers whether it was any good.
   * @param {Filters} filters @param {AbortSignal} signal @returns {Promise<boolean>}
   */
  #stream(filters, signal) {
    return new Promise((resolve, reject) => {
      const source = new EventSource(this.#address('/events', filters, { since: this.#revision, limit: this.#limit }));
      const begun = Date.now();
      let heard = begun;
      let opened = false;
      let checking = false;
      const end = (/** @type {boolean} */ worked, /** @type {unknown} */ error = null) => {
        source.close();
        clearInterval(watch);
        signal.removeEventListener('abort', aborted);
        this.#hurry = () => {};
        if (error) reject(error);
        else resolve(worked);
      };
      const aborted = () => end(true);
      const check = async () => {
        if (checking) return;
        checking = true;
        const before = this.#revision ?? 0;
        try {
          await this.#ask(filters, 0, signal);
        } catch (error) {
          return end(true, error);
        }
        // News that the stream should have brought: it is held back, or dead without knowing.
        if ((this.#revision ?? 0) > before && heard < Date.now() - 2000) return end(false);
        heard = Date.now();
        checking = false;
      };
      const watch = setInterval(() => {
        const now = Date.now();
        if (!opened && now - begun > OPENS_WITHIN) end(false);
        else if (now - heard > QUIET) void check();
      }, 1000);
      this.#hurry = () => void check();
      signal.addEventListener('abort', aborted);
      source.addEventListener('open', () => {
        opened = true;
        this.#tell('live');
      });
      source.addEventListener('queue', (event) => {
        heard = Date.now();
        this.#take(JSON.parse(event.data), false);
      });
      source.addEventListener('closing', () => end(true));
      // The browser would connect again by itself, but with the old revision and without telling why it failed.
      source.addEventListener('error', () => end(opened && Date.now() - begun > 3000));
    });
  }

  /** @param {Delta} delta @param {boolean} first */
  #take(delta, first) {
    // What answers a question without `since` is the whole, whatever it says of itself.
    this.#onDelta(first ? { ...delta, reset: true } : delta);
    this.#revision = delta.reset || first ? delta.revision : Math.max(delta.revision, this.#revision ?? 0);
  }

  /** @param {LinkKind} kind */
  #tell(kind) {
    // A loss that is tried again keeps the time at which it began.
    const lost = (/** @type {LinkKind} */ it) => it === 'reconnecting' || it === 'offline';
    if (kind === this.#state.kind) return;
    this.#state = { kind, since: lost(kind) && lost(this.#state.kind) ? this.#state.since : new Date() };
    this.#onState(this.#state);
  }

  /** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
  #pause(milliseconds, signal) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#hurry = () => {};
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
      this.#hurry = end;
    });
  }

  /** @param {string} more @param {Filters} filters @param {Record<string, number | null>} numbers */
  #address(more, filters, numbers) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...numbers, ...filters })) {
      if (value !== null && value !== '') query.set(name, String(value));
    }
    return `${this.#path}${more}?${query}`;
  }
}
