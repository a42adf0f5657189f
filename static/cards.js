// @ts-check
/** One message as a card. Cards are copied from one pattern, then filled; only what differs is written again. */
/** @import { Message, Note } from './types.js' */
import { KINDS, canAllow, keyOf } from './actions.js';
import { loginAddress } from './api.js';
import { el, setAttribute, setText } from './dom.js';
import { fullDate, span } from './time.js';
import { languageName, leavesAMark, words } from './words.js';

/**
 * @typedef {object} CardView what a card shows besides its message
 * @property {boolean} focused
 * @property {boolean} ghost
 * @property {readonly string[]} heldBy
 * @property {Note | undefined} note
 */

const pattern = el(
  'li',
  { class: 'card', tabindex: -1 },
  el('div', { class: 'who' },
    el('strong', {}, el('bdi', { class: 'name' })),
    el('span', { class: 'kind' }),
    el('span', { class: 'held', hidden: true }),
    el('time', {})),
  el('p', { class: 'target', hidden: true }),
  el('p', { class: 'text', dir: 'auto' }),
  el('p', { class: 'note', hidden: true }),
  el('div', { class: 'acts' },
    ...KINDS.map((kind) =>
      el('button', { type: 'button', class: `act ${kind}`, 'data-act': kind, tabindex: -1, title: words.actionHelp[kind] },
        el('kbd', { 'aria-hidden': 'true' }, keyOf(kind)), words.actions[kind]))),
);

export class Card {
  /** @type {HTMLElement} */ element;
  #time;
  #arrived;
  #held;
  #note;
  /** @type {CardView} */ #view = { focused: false, ghost: false, heldBy: [], note: undefined };

  /** @param {Message} message */
  constructor(message) {
    this.element = /** @type {HTMLElement} */ (pattern.cloneNode(true));
    this.element.dataset['id'] = String(message.id);
    this.#time = this.#part('time');
    this.#held = this.#part('.held');
    this.#note = this.#part('.note');
    const arrived = new Date(message.arrived_at);
    this.#arrived = arrived.getTime();
    this.#time.setAttribute('datetime', message.arrived_at);
    this.#time.title = fullDate(arrived);

    const language = message.detected_language;
    const kind = this.#part('.kind');
    const type = words.types[message.message_type] ?? message.message_type;
    kind.textContent = language ? `${type} · ${language}` : type;
    if (language) kind.title = languageName(language);
    this.#part('.name').textContent = message.screen_name || words.card.noName;

    const text = this.#part('.text');
    text.textContent = message.message;
    if (language) text.lang = language;
    if (!leavesAMark(message.message)) {
      text.textContent = words.card.nothingVisible;
      text.classList.add('soft');
    }
    if (message.message_type === 'emoji') this.element.classList.add('reaction');
    if (message.target_message) {
      const target = this.#part('.target');
      target.textContent = words.card.reactsTo(message.target_message);
      target.title = message.target_message;
      target.hidden = false;
    }
    if (!canAllow(message)) {
      const allow = /** @type {HTMLButtonElement} */ (this.#part('[data-act=allow]'));
      allow.disabled = true;
      allow.title = words.card.cannotAllow;
    }
  }

  /** @param {number} now in ms */
  tick(now) {
    setText(this.#time, span(now - this.#arrived));
  }

  /** @param {CardView} view */
  show(view) {
    const was = this.#view;
    this.#view = view;
    if (view.focused !== was.focused) {
      this.element.classList.toggle('focus', view.focused);
      setAttribute(this.element, 'aria-current', view.focused ? 'true' : null);
      this.element.tabIndex = view.focused ? 0 : -1;
      for (const button of this.element.querySelectorAll('button')) button.tabIndex = view.focused ? 0 : -1;
    }
    if (view.heldBy.length > 0 || was.heldBy.length > 0) {
      this.element.classList.toggle('theirs', view.heldBy.length > 0);
      this.#held.hidden = view.heldBy.length === 0;
      if (view.heldBy.length > 0) setText(this.#held, words.card.isHere(view.heldBy));
    }
    if (view.ghost !== was.ghost || view.note !== was.note) this.#say(view);
  }

  /** @param {CardView} view */
  #say({ ghost, note }) {
    this.element.classList.toggle('ghost', ghost);
    this.#note.hidden = !ghost && !note;
    this.#note.replaceChildren(ghost ? words.card.ghost : (note?.text ?? ''));
    if (!ghost && note?.login) {
      this.#note.append(' ', el('a', { href: loginAddress() }, words.problems.logInAgain));
    }
  }

  /** @param {string} selector @returns {HTMLElement} */
  #part(selector) {
    const found = this.element.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`a card has no ${selector}`);
    return found;
  }
}
