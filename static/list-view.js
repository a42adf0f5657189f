// @ts-check
/**
 * The list of cards on the screen. Everything that changes is drawn once per frame, and one card holds still while
 * that happens: the one under the moving pointer, else the one in focus, else the topmost one that is seen; at the top, where
 * one watches, none, and new ones appear.
 */
/** @import { QueueState } from './queue-state.js' */
import { Card } from './cards.js';
import { serverNow } from './time.js';
import { indexIn, windowOf } from './view-window.js';

/** How long after the pointer moved the card under it holds still, in ms. */
const AIMING = 1500;
/** A card that was just pushed about does not take a click for this long. */
const SETTLES = 300;
/** How much of the end is still ahead when older ones are fetched, in pixels. */
const AHEAD = 900;
const MARGIN = 12;

/** @typedef {{ id: number, top: number }} Anchor a card and where it is on the screen */
/** @typedef {{ above: number, nearEnd: boolean }} Drawn how many are above what is seen; whether the end of the list is near */

export class ListView {
  /** The message that has the focus. @type {number | null} */ focus = null;
  /** Writes what is around the list, which may move it. */
  onDraw = () => {};
  /** @type {(drawn: Drawn) => void} */
  onDrawn = () => {};

  /** @type {Map<number, Card>} */ #cards = new Map();
  /** @type {number | null} */ #first = null;
  /** @type {Anchor | null} */ #wanted = null;
  /** Whether the reader is at the top and wants to see what arrives. */
  #following = true;
  #programScroll = 0;
  #frame = 0;
  #spacerHeight = 0;
  #rest = { id: -1, pixels: 0 };
  #pointer = { x: 0, y: 0, moved: -Infinity, touch: false };
  #changed = { at: -Infinity, steady: /** @type {number | null} */ (null) };
  #state;
  #list;
  #spacer;
  #insets;

  /**
   * @param {object} options
   * @param {QueueState} options.state
   * @param {HTMLElement} options.list
   * @param {HTMLElement} options.spacer keeps the place of what left above a card that holds still
   * @param {() => { top: number, bottom: number }} options.insets what covers the window's edges, in pixels
   */
  constructor({ state, list, spacer, insets }) {
    this.#state = state;
    this.#list = list;
    this.#spacer = spacer;
    this.#insets = insets;
    addEventListener('scroll', () => this.#scrolled(), { passive: true });
    addEventListener('resize', () => this.schedule(), { passive: true });
    list.addEventListener('pointermove', (event) => this.#aim(event), { passive: true });
    list.addEventListener('pointerdown', (event) => this.#aim(event), { passive: true });
    list.addEventListener('pointerleave', () => {
      this.#pointer.moved = -Infinity;
      this.schedule();
    });
  }

  /** Draws in the next frame. */
  schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Changes something around the list while the list holds still. @param {() => void} change */
  steadily(change) {
    const anchor = this.#anchor(this.#state.visible(), this.#aimedAt());
    change();
    if (anchor) this.#hold(anchor);
  }

  /** Writes the ages again. */
  tick() {
    const now = serverNow();
    for (const card of this.#cards.values()) card.tick(now);
    // Also lets go of a pointer that rests.
    this.schedule();
  }

  /** Moves the focus, and the page where it must. @param {number | null} id @param {number} [top] where on the screen the card shall be */
  setFocus(id, top) {
    this.focus = id;
    if (id === null) {
      this.schedule();
      return;
    }
    this.#pointer.moved = -Infinity;
    if (top !== undefined) this.#wanted = { id, top };
    this.#draw();
    this.#bringIntoView(id);
    this.#cards.get(id)?.element.focus({ preventScroll: true });
  }

  /** The focus came by the Tab key or the like, and is where it shall be. @param {number} id */
  noteFocus(id) {
    this.focus = id;
    this.schedule();
  }

  /** Another card takes the place of one that leaves. @param {number | null} id @param {number | undefined} top */
  putInPlace(id, top) {
    if (id !== null && top !== undefined) this.#wanted = { id, top };
    this.schedule();
  }

  /** The oldest message in the document. @returns {number | null} */
  lowest() {
    return idOf(this.#list.lastElementChild);
  }

  /** To the top, where new ones appear. */
  goToTop() {
    this.#following = true;
    this.#first = null;
    this.#pointer.moved = -Infinity;
    this.#setSpacer(0);
    this.#scrollTo(0);
    this.#draw();
  }

  /** The first card that is seen. @returns {number | null} */
  firstInView() {
    const { top } = this.#insets();
    const cards = this.#list.children;
    let [low, high] = [0, cards.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Element} */ (cards[middle]).getBoundingClientRect().bottom <= top + MARGIN) low = middle + 1;
      else high = middle;
    }
    return idOf(cards[low] ?? null);
  }

  /** Whether enough of a card is seen to know what it is. @param {number} id */
  isInView(id) {
    const box = this.#cards.get(id)?.element.getBoundingClientRect();
    if (!box) return false;
    const { top, bottom } = this.#insets();
    return Math.min(box.bottom, innerHeight - bottom) - Math.max(box.top, top) >= Math.min(40, box.height);
  }

  /** @param {number} id @returns {number | undefined} where it is on the screen */
  topOf(id) {
    return this.#cards.get(id)?.element.getBoundingClientRect().top;
  }

  /** Whether a card was not pushed about right now, so that a click on it is meant for it. @param {number} id */
  isSteady(id) {
    return id === this.#changed.steady || performance.now() - this.#changed.at > SETTLES;
  }

  #draw() {
    const aimed = this.#aimedAt();
    this.#state.keep([this.focus, aimed].filter((id) => id !== null));
    const ids = this.#state.visible();
    if (this.focus !== null && !indexIn(ids, this.focus).found) this.focus = null;
    const anchor = this.#anchor(ids, aimed);
    const { start, end } = windowOf(ids, this.#first, anchor?.id ?? null);
    const shown = ids.slice(start, end);
    const changed = this.#reconcile(shown);
    this.#first = shown[0] ?? null;
    if (changed) this.#changed = { at: performance.now(), steady: anchor?.id ?? null };
    this.onDraw();
    if (anchor) this.#hold(anchor);
    else if (this.#following) {
      this.#setSpacer(0);
      if (scrollY > 0) this.#scrollTo(0);
    }
    const first = this.firstInView();
    const above = first === null ? 0 : indexIn(ids, first).index;
    const bottom = this.#list.getBoundingClientRect().bottom;
    this.onDrawn({ above: scrollY > 0 || start > 0 ? above : 0, nearEnd: end === ids.length && bottom < innerHeight + AHEAD });
  }

  /** @param {readonly number[]} shown @returns {boolean} whether cards came or went */
  #reconcile(shown) {
    let changed = false;
    const wanted = new Set(shown);
    for (const [id, card] of this.#cards) {
      if (wanted.has(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
      changed = true;
    }
    const now = serverNow();
    let next = this.#list.firstElementChild;
    for (const id of shown) {
      let card = this.#cards.get(id);
      if (card?.element === next) {
        next = next?.nextElementSibling ?? null;
      } else {
        const message = this.#state.get(id);
        if (!card && message) {
          card = new Card(message);
          card.tick(now);
          this.#cards.set(id, card);
        }
        if (card) this.#list.insertBefore(card.element, next);
        changed = true;
      }
      card?.show({
        focused: id === this.focus,
        ghost: this.#state.isGhost(id),
        heldBy: this.#state.heldBy(id),
        note: this.#state.notes.get(id),
      });
    }
    return changed;
  }

  /** The card that holds still now. @param {readonly number[]} ids @param {number | null} aimed @returns {Anchor | null} */
  #anchor(ids, aimed) {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted && indexIn(ids, wanted.id).found) return wanted;
    const focused = this.focus !== null && this.isInView(this.focus) ? this.focus : null;
    const id = aimed ?? focused ?? (this.#following ? null : this.firstInView());
    if (id === null) return null;
    // Where it leaves, the next one that stays does in its place, at its own.
    for (let element = this.#cards.get(id)?.element ?? null; element; element = sibling(element, 'next')) {
      const found = this.#staying(ids, element);
      if (found) return found;
    }
    for (let element = this.#cards.get(id)?.element ?? null; element; element = sibling(element, 'previous')) {
      const found = this.#staying(ids, element);
      if (found) return found;
    }
    return null;
  }

  /** @param {readonly number[]} ids @param {HTMLElement} element @returns {Anchor | null} */
  #staying(ids, element) {
    const id = idOf(element);
    if (id === null || !indexIn(ids, id).found) return null;
    // Scrolling goes by whole pixels: what was left over is not forgotten, or it would add up.
    const rest = id === this.#rest.id ? this.#rest.pixels : 0;
    return { id, top: element.getBoundingClientRect().top - rest };
  }

  /** Scrolls so that the card is where it was; where the page ends too early, room is made above. @param {Anchor} anchor */
  #hold({ id, top }) {
    const now = this.topOf(id);
    if (now === undefined) return;
    let off = Math.round(now - top);
    this.#rest = { id, pixels: now - top - off };
    if (off !== 0) {
      // Down: first into the room that was made, then by scrolling. Up: by scrolling, then by making room.
      const room = off > 0 ? -Math.min(this.#spacerHeight, off) : Math.max(0, -off - scrollY);
      this.#setSpacer(this.#spacerHeight + room);
      off += room;
      if (off !== 0) this.#scrollTo(scrollY + off);
    }
    if (this.#spacerHeight > 0 && scrollY >= this.#spacerHeight) {
      const height = this.#spacerHeight;
      this.#setSpacer(0);
      this.#scrollTo(scrollY - height);
    }
  }

  /** @param {number} id */
  #bringIntoView(id) {
    const box = this.#cards.get(id)?.element.getBoundingClientRect();
    if (!box) return;
    const { top, bottom } = this.#insets();
    const [highest, lowest] = [top + MARGIN, innerHeight - bottom - MARGIN];
    let by = 0;
    if (box.bottom > lowest) by = box.bottom - lowest;
    if (box.top - by < highest) by = box.top - highest;
    if (Math.abs(by) < 1) return;
    this.#following = false;
    this.#scrollTo(scrollY + by);
    this.schedule();
  }

  /** @returns {number | null} the card that the pointer is about to hit */
  #aimedAt() {
    const { x, y, moved, touch } = this.#pointer;
    if (touch || performance.now() - moved > AIMING) return null;
    const card = document.elementFromPoint(x, y)?.closest('.card');
    return card && this.#list.contains(card) ? idOf(card) : null;
  }

  /** @param {PointerEvent} event */
  #aim(event) {
    this.#pointer = { x: event.clientX, y: event.clientY, moved: performance.now(), touch: event.pointerType === 'touch' };
  }

  #scrolled() {
    if (Math.abs(scrollY - this.#programScroll) > 1) this.#following = scrollY < 4;
    this.schedule();
  }

  /** @param {number} y */
  #scrollTo(y) {
    scrollTo({ top: y, behavior: 'instant' });
    this.#programScroll = scrollY;
  }

  /** @param {number} height */
  #setSpacer(height) {
    if (height === this.#spacerHeight) return;
    this.#spacerHeight = height;
    this.#spacer.style.blockSize = `${height}px`;
  }
}

/** @param {Element | null} card */
function idOf(card) {
  const id = card instanceof HTMLElement ? card.dataset['id'] : undefined;
  return id === undefined ? null : Number(id);
}

/** @param {HTMLElement} element @param {'next' | 'previous'} side @returns {HTMLElement | null} */
function sibling(element, side) {
  const found = side === 'next' ? element.nextElementSibling : element.previousElementSibling;
  return found instanceof HTMLElement ? found : null;
}
