// @ts-check
/** Below the list: older ones, fetched when the end comes near; and what to say where there is nothing. */
/** @import { Connection } from './connection.js' */
/** @import { QueueState } from './queue-state.js' */
import { el } from './dom.js';
import { words } from './words.js';

/** A list at least this long says where it ends. */
const LONG = 8;

export class Foot {
  /** @type {'idle' | 'loading' | 'failed'} */ #older = 'idle';
  #shown = '';
  #place;
  #state;
  #connection;
  #onLoaded;
  #onShowAll;

  /**
   * @param {object} options
   * @param {HTMLElement} options.place
   * @param {QueueState} options.state
   * @param {Connection} options.connection
   * @param {() => void} options.onLoaded
   * @param {() => void} options.onShowAll
   */
  constructor({ place, state, connection, onLoaded, onShowAll }) {
    this.#place = place;
    this.#state = state;
    this.#connection = connection;
    this.#onLoaded = onLoaded;
    this.#onShowAll = onShowAll;
  }

  /** @param {boolean} nearEnd whether the end of the list is, or is about to be, on the screen */
  update(nearEnd) {
    if (nearEnd && this.#older === 'idle') void this.#load();
    const say = this.#situation();
    if (say === this.#shown) return;
    this.#shown = say;
    this.#place.replaceChildren(...this.#contents(say));
  }

  async #load() {
    const state = this.#state;
    if (state.awaited || state.complete || state.floor === null) return;
    const { filters } = state;
    this.#older = 'loading';
    try {
      const page = await this.#connection.older(filters, state.floor);
      if (filters === state.filters) state.applyOlder(page);
      this.#older = 'idle';
    } catch {
      this.#older = filters === state.filters ? 'failed' : 'idle';
    }
    this.#onLoaded();
  }

  #situation() {
    const { awaited, complete, filters } = this.#state;
    const n = this.#state.visible().length;
    if (awaited && n === 0) return 'first';
    if (this.#older !== 'idle') return this.#older;
    if (!complete) return 'more';
    if (n > 0) return n >= LONG ? 'end' : '';
    return filters.type || filters.lang ? 'filtered' : 'empty';
  }

  /** @param {string} situation @returns {(Node | string)[]} */
  #contents(situation) {
    const { queue } = words;
    const again = () => {
      this.#older = 'idle';
      this.update(true);
    };
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) => el('button', { type: 'button', class: 'act', onclick }, text);
    switch (situation) {
      case 'first':
        return [el('p', { class: 'soft' }, queue.loading)];
      case 'loading':
        return [el('p', { class: 'soft' }, queue.olderLoading)];
      case 'failed':
        return [el('p', {}, queue.olderFailed), button(words.log.tryAgain, again)];
      case 'more':
        return [button(queue.older, again)];
      case 'end':
        return [el('p', { class: 'soft' }, queue.end)];
      case 'filtered':
        return [el('p', { class: 'big' }, queue.emptyFiltered), button(queue.showAll, this.#onShowAll)];
      case 'empty':
        return [el('p', { class: 'big' }, queue.empty), el('p', { class: 'soft' }, queue.emptyMore)];
      default:
        return [];
    }
  }
}
