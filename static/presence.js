// @ts-check
/** Tells the others where one is, not more often than they could see. */
/** @import { Api } from './api.js' */

const AT_MOST_EVERY = 400;
/** Said again, so that the server need not remember for long. */
const AGAIN_AFTER = 20_000;

export class Presence {
  /** @type {number | null} */ #wanted = null;
  /** @type {number | null} */ #told = null;
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;
  #api;
  #path;

  /** @param {Api} api @param {string} path */
  constructor(api, path) {
    this.#api = api;
    this.#path = path;
    addEventListener('pagehide', () => this.#tell(null, true));
    setInterval(() => {
      if (this.#told !== null && !document.hidden && Date.now() - this.#toldAt > AGAIN_AFTER) this.#tell(this.#told);
    }, AGAIN_AFTER / 4);
  }

  /** @param {number | null} id the message that has the focus */
  set(id) {
    this.#wanted = id;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#wanted !== this.#told) this.#tell(this.#wanted);
    }, Math.max(0, this.#toldAt + AT_MOST_EVERY - Date.now()));
  }

  /** After the link was lost: says it again. */
  again() {
    if (this.#told !== null) this.#tell(this.#told);
  }

  /** @param {number | null} id @param {boolean} [leaving] */
  #tell(id, leaving = false) {
    if (leaving && this.#told === null) return;
    this.#told = id;
    this.#toldAt = Date.now();
    // A courtesy: where it fails, nothing is lost, and the state line says why.
    this.#api.put(this.#path, { message_id: id }, { keepalive: leaving }).catch(() => {});
  }
}
