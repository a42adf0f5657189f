// @ts-check
/** What was just done, with undo and its seconds; and plain sentences about what went wrong. */
/** @import { Action } from './actions.js' */
/** @import { Note } from './types.js' */
import { describe } from './actions.js';
import { loginAddress } from './api.js';
import { el, say, setText } from './dom.js';
import { words } from './words.js';

const INFO_FOR = 5000;
const PROBLEM_FOR = 12_000;
const AT_MOST = 3;

export class Toasts {
  /** @type {ReturnType<typeof setInterval> | null} */ #timer = null;
  #place;
  #last;
  #what = el('span', { class: 'what' });
  #seconds = el('span');
  #undo;

  /**
   * @param {HTMLElement} place
   * @param {() => Action | null} last the action that undo would take back
   * @param {() => void} onUndo
   */
  constructor(place, last, onUndo) {
    this.#place = place;
    this.#last = last;
    const button = el('button', { type: 'button', onclick: onUndo }, words.undo.button, ' ', el('kbd', {}, 'U'), this.#seconds);
    this.#undo = el('div', { class: 'toast', hidden: true }, this.#what, button);
    place.append(this.#undo);
  }

  /** Shows the last action that can be taken back, while it can. */
  update() {
    const action = this.#last();
    this.#undo.hidden = !action;
    if (!action) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    setText(this.#what, describe(action));
    setText(this.#seconds, words.undo.seconds(Math.ceil((action.until - Date.now()) / 1000)));
    this.#timer ??= setInterval(() => this.update(), 250);
  }

  /** @param {Note} note */
  problem(note) {
    this.#notice('problem', note, note.login ? Infinity : PROBLEM_FOR);
  }

  /** @param {string} text */
  info(text) {
    this.#notice('info', { text, login: false }, INFO_FOR);
  }

  /** @param {string} kind @param {Note} note @param {number} duration */
  #notice(kind, { text, login }, duration) {
    const same = [...this.#place.querySelectorAll('.notice')].find((it) => it.firstChild?.textContent === text);
    same?.remove();
    const notice = el('div', { class: `toast notice ${kind}` },
      el('span', { class: 'what' }, text),
      login && el('a', { href: loginAddress() }, words.problems.logInAgain),
      el('button', { type: 'button', onclick: () => notice.remove() }, words.problems.close));
    this.#place.prepend(notice);
    for (const old of [...this.#place.querySelectorAll('.notice')].slice(AT_MOST)) old.remove();
    if (duration !== Infinity) setTimeout(() => notice.remove(), duration);
    say(text);
  }
}
