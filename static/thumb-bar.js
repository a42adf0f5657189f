// @ts-check
/** On narrow screens: what to do about the chosen message, under the thumb. */
/** @import { ActionKind, Message } from './types.js' */
import { KINDS, canAllow } from './actions.js';
import { el, setAttribute } from './dom.js';
import { words } from './words.js';

/** A second tap sooner than this is the same one. */
const BOUNCE = 250;

export class ThumbBar {
  #place;
  #hint = el('p', { class: 'hint soft' }, words.queue.chooseHint);
  /** @type {Map<ActionKind, HTMLButtonElement>} */ #buttons = new Map();
  #more;
  /** @type {number | null} */ #shown = null;
  #tapped = 0;

  /** @param {HTMLElement} place @param {(kind: ActionKind) => void} onAct */
  constructor(place, onAct) {
    this.#place = place;
    const act = (/** @type {ActionKind} */ kind) => {
      const now = performance.now();
      if (now - this.#tapped < BOUNCE) return;
      this.#tapped = now;
      this.#open(false);
      onAct(kind);
    };
    for (const kind of KINDS) {
      this.#buttons.set(kind, el('button', { type: 'button', class: `act ${kind}`, onclick: () => act(kind) }, words.actions[kind]));
    }
    this.#more = el('button', {
      type: 'button', class: 'act more', 'aria-label': words.queue.moreActions, 'aria-expanded': 'false',
      onclick: () => this.#open(!place.classList.contains('open')),
    }, '⋯');
    const all = [...this.#buttons.values()];
    place.append(this.#hint,
      el('div', { class: 'row second' }, ...all.slice(3)),
      el('div', { class: 'row first' }, ...all.slice(0, 3), this.#more));
    this.update(null);
  }

  /** @param {Message | null} message the chosen one */
  update(message) {
    const id = message?.id ?? null;
    if (id !== this.#shown) this.#open(false);
    this.#shown = id;
    this.#place.classList.toggle('idle', id === null);
    const allow = this.#buttons.get('allow');
    if (!allow || !message) return;
    allow.disabled = !canAllow(message);
    setAttribute(allow, 'title', allow.disabled ? words.card.cannotAllow : null);
  }

  /** @param {boolean} open */
  #open(open) {
    this.#place.classList.toggle('open', open);
    this.#more.setAttribute('aria-expanded', String(open));
  }
}
