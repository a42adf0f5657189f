// @ts-check
/**
 * The moderator's hands: what a key, a click or a tap does to which message. A decision names the message that had
 * the focus when the key went down; one that left, moved or is out of sight is never decided by accident.
 */
/** @import { Actions } from './actions.js' */
/** @import { ListView } from './list-view.js' */
/** @import { QueueState } from './queue-state.js' */
/** @import { Toasts } from './toasts.js' */
/** @import { ActionKind } from './types.js' */
import { canAllow } from './actions.js';
import { toggleHelp } from './help.js';
import { commandOf, isForTyping } from './keys.js';
import { words } from './words.js';

export class Desk {
  /** The way the focus went last: decisions go on that way. @type {1 | -1} */ #direction = 1;
  /** Where the finger or the button went down. @type {number | null} */ #pressed = null;
  #state;
  #view;
  #actions;
  #toasts;

  /** @param {{ state: QueueState, view: ListView, actions: Actions, toasts: Toasts }} parts */
  constructor({ state, view, actions, toasts }) {
    this.#state = state;
    this.#view = view;
    this.#actions = actions;
    this.#toasts = toasts;
  }

  /** Listens to the keyboard and to the list. @param {HTMLElement} list */
  listen(list) {
    document.addEventListener('keydown', (event) => this.#key(event));
    list.addEventListener('pointerdown', (event) => (this.#pressed = cardOf(event.target)));
    // The mouse does not give a button the keyboard's focus: the focused card would change under it.
    list.addEventListener('mousedown', (event) => actOf(event.target) && event.preventDefault());
    list.addEventListener('focusin', (event) => {
      const id = cardOf(event.target);
      if (id !== null && id !== this.#view.focus) this.#view.noteFocus(id);
    });
    list.addEventListener('click', (event) => this.#click(event));
  }

  /** Decides about the message in focus. @param {ActionKind} kind */
  decideFocused(kind) {
    const id = this.#view.focus;
    if (id === null) return this.#toasts.info(words.problems.noFocus);
    if (this.#state.isGhost(id)) {
      this.#view.setFocus(this.#state.after(id, this.#direction));
      return this.#toasts.info(words.problems.ghost);
    }
    if (!this.#view.isInView(id)) {
      this.#view.setFocus(id);
      return this.#toasts.info(words.problems.notInView);
    }
    this.#decide(kind, id);
  }

  /** Takes the last decision back and goes to its message, unless one went on meanwhile. */
  async undo() {
    const before = this.#view.focus;
    const message = await this.#actions.undo();
    if (message && this.#view.focus === before) this.#view.setFocus(message.id);
  }

  /** @param {ActionKind} kind @param {number} id */
  #decide(kind, id) {
    const message = this.#state.get(id);
    if (!message || this.#state.isGhost(id)) return;
    if (kind === 'allow' && !canAllow(message)) return this.#toasts.info(words.card.cannotAllow);
    const top = this.#view.topOf(id);
    const focused = id === this.#view.focus;
    const next = focused ? this.#state.after(id, this.#direction) : this.#state.neighbour(id, 1);
    this.#actions.perform(kind, message);
    // An older one takes the place of the one that went; a newer one is where it is.
    if (!focused) this.#view.putInPlace(next, top);
    else this.#view.setFocus(next, next !== null && next < id ? top : undefined);
  }

  /** @param {1 | -1} step */
  #move(step) {
    this.#direction = step;
    const { focus } = this.#view;
    const next = focus === null ? this.#view.firstInView() : this.#state.neighbour(focus, step);
    if (next !== null) this.#view.setFocus(next);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const command = commandOf(event);
    if (!command || isForTyping(event.target)) return;
    // An open dialog has the keyboard; it closes by Escape itself.
    if (document.querySelector('dialog[open]') && command !== 'help') return;
    event.preventDefault();
    if (command === 'next') this.#move(1);
    else if (command === 'previous') this.#move(-1);
    else if (command === 'undo') void this.undo();
    else if (command === 'help') toggleHelp();
    else if (command === 'let-go') this.#letGo();
    else this.decideFocused(command);
  }

  #letGo() {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.#view.setFocus(null);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const id = cardOf(event.target);
    if (id === null || (event.target instanceof Element && event.target.closest('a'))) return;
    const kind = actOf(event.target);
    // A click without a pointer is the keyboard's, or a screen reader's: it names its button.
    const byPointer = event.detail > 0;
    if (byPointer && id !== this.#pressed) return;
    if (!kind) {
      if (getSelection()?.isCollapsed !== false) this.#view.setFocus(id);
    } else if (byPointer && !this.#view.isSteady(id)) {
      this.#toasts.info(words.problems.moved);
    } else {
      this.#decide(kind, id);
    }
  }
}

/** @param {EventTarget | null} target @returns {number | null} */
function cardOf(target) {
  const card = target instanceof Element ? target.closest('.card') : null;
  return card instanceof HTMLElement ? Number(card.dataset['id']) : null;
}

/** @param {EventTarget | null} target @returns {ActionKind | null} */
function actOf(target) {
  const button = target instanceof Element ? target.closest('[data-act]') : null;
  return button instanceof HTMLButtonElement ? /** @type {ActionKind} */ (button.dataset['act']) : null;
}
