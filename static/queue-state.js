// @ts-check
/**
 * What is known of one channel's queue. Pure: no document, no network, no clock.
 *
 * Everything known of a message is known *as of* a revision of its channel, and the newest knowledge wins. So
 * deltas may come late, twice or in any order and the result is the same; of two that speak as of the same
 * revision, "gone" wins. Messages are in order of their id, newest first, as the server pages through them.
 */
/** @import { Delta, Filters, Message, Moderator, Note } from './types.js' */
import { indexIn } from './view-window.js';

/** How many facts about messages that left are remembered, to tell late news from new ones. */
const REMEMBERED = 5000;

/** @typedef {{ message: Message, asOf: number }} Entry */

export class QueueState {
  revision = 0;
  /** How many wait in the channel, loaded here or not. */
  queued = 0;
  /** @type {Record<string, number>} */ stats = {};
  /** @type {Record<string, number>} */ drops = {};
  /** @type {Moderator[]} */ moderators = [];
  /** My own user name: where I am is not where somebody else is. */
  me = '';
  /** @type {Filters} */ filters = { type: '', lang: '' };
  /** The id below which nothing is loaded yet; null if nothing is loaded at all. @type {number | null} */
  floor = null;
  /** Whether everything that waits is loaded. */
  complete = false;
  /** Whether the first page, by these filters, is still on its way. */
  awaited = true;
  /** Languages seen since the page was opened, with how often. @type {Map<string, number>} */
  languages = new Map();
  /** What went wrong with a message, to be said on its card. @type {Map<number, Note>} */
  notes = new Map();

  /** @type {Map<number, Entry>} */ #waiting = new Map();
  /** Ids known to be gone, and as of when. @type {Map<number, number>} */ #gone = new Map();
  /** Decided here: the message's revision at that time. @type {Map<number, number>} */ #settled = new Map();
  /** Decided here, not answered yet. @type {Set<number>} */ #hidden = new Set();
  /** Gone, but somebody has a finger on them. @type {Map<number, Message>} */ #ghosts = new Map();
  /** @type {Set<number>} */ #kept = new Set();
  /** Ids, oldest first, possibly with some that left. @type {number[]} */ #order = [];
  #sorted = true;
  /** @type {number[] | null} */ #visible = null;
  /** @type {Map<number, string[]>} */ #held = new Map();
  #limit;
  #cap;

  /** @param {{ limit?: number, cap?: number }} [options] a page's size; how many messages to hold */
  constructor({ limit = 100, cap = 5000 } = {}) {
    this.#limit = limit;
    this.#cap = cap;
  }

  /** Takes in what changed, or all of it. @param {Delta} delta */
  apply(delta) {
    if (delta.reset) {
      this.#replace(delta);
    } else {
      for (const message of delta.messages) this.#put(message, delta.revision);
      for (const id of delta.gone) this.#drop(id, delta.revision);
    }
    if (delta.reset || delta.revision >= this.revision) {
      this.revision = delta.revision;
      this.queued = delta.queued;
      this.stats = delta.stats;
      this.drops = delta.drops;
      this.moderators = delta.moderators;
      this.#held = whoIsWhere(delta.moderators, this.me);
    }
    this.#visible = null;
  }

  /** Takes in a page of older messages, asked for with `before` = the floor. @param {Delta} page */
  applyOlder(page) {
    for (const message of page.messages) this.#put(message, page.revision);
    const floor = lowest(page.messages, this.floor);
    this.complete = page.messages.length < this.#limit || floor === this.floor;
    this.floor = floor;
    this.#visible = null;
  }

  /** @param {Filters} filters */
  setFilters(filters) {
    this.filters = filters;
    this.awaited = true;
    this.#kept.clear();
    this.#ghosts.clear();
    this.#visible = null;
  }

  /** The ids to show, newest first. Do not change the array. @returns {readonly number[]} */
  visible() {
    this.#visible ??= this.#list();
    return this.#visible;
  }

  /** A message that is shown or could be. @param {number} id */
  get(id) {
    return this.#waiting.get(id)?.message ?? this.#ghosts.get(id);
  }

  /** Whether it waits for a decision, as far as is known. @param {number} id */
  isWaiting(id) {
    return this.#waiting.has(id);
  }

  /** Whether it is shown only because it left under somebody's finger. @param {number} id */
  isGhost(id) {
    return this.#ghosts.has(id);
  }

  /** Who else looks at it. @param {number} id @returns {readonly string[]} */
  heldBy(id) {
    return this.#held.get(id) ?? [];
  }

  /** These stay in their place, marked, if others decide them: the focus, the card under the pointer. @param {Iterable<number>} ids */
  keep(ids) {
    this.#kept = new Set(ids);
    for (const id of this.#ghosts.keys()) {
      if (!this.#kept.has(id)) {
        this.#ghosts.delete(id);
        this.#visible = null;
      }
    }
  }

  /** Decided here: it goes at once. @param {number} id */
  hide(id) {
    this.#hidden.add(id);
    this.notes.delete(id);
    this.#visible = null;
  }

  /** The server has the decision: older news of the message are ignored. @param {number} id */
  settle(id) {
    const entry = this.#waiting.get(id);
    if (entry) remember(this.#settled, id, entry.message.revision);
    this.#waiting.delete(id);
    this.#hidden.delete(id);
    this.#visible = null;
  }

  /** The decision was not taken: it comes back, if it still waits, and says why. @param {number} id @param {Note} note */
  bringBack(id, note) {
    this.#hidden.delete(id);
    if (this.#waiting.has(id)) this.notes.set(id, note);
    this.#visible = null;
  }

  /** Taken back: it waits again, until the server says otherwise. @param {Message} message */
  restore(message) {
    const asOf = this.#gone.get(message.id) ?? 0;
    this.#settled.delete(message.id);
    this.#gone.delete(message.id);
    if (!this.#waiting.has(message.id)) this.#put(message, asOf);
    this.#visible = null;
  }

  /** The one `step` places below (or above, where negative), or null at the end. @param {number} id @param {1 | -1} step */
  neighbour(id, step) {
    const ids = this.visible();
    const at = indexIn(ids, id);
    const next = at.found || step < 0 ? at.index + step : at.index;
    return ids[next] ?? null;
  }

  /**
   * Where the focus goes when `id` leaves: on in the same direction, past those that others look at, else
   * back, else anywhere.
   * @param {number} id @param {1 | -1} direction @returns {number | null}
   */
  after(id, direction) {
    for (const free of [true, false]) {
      for (const step of [direction, /** @type {1 | -1} */ (-direction)]) {
        let next = this.neighbour(id, step);
        while (next !== null && (this.isGhost(next) || (free && this.heldBy(next).length > 0))) {
          next = this.neighbour(next, step);
        }
        if (next !== null) return next;
      }
    }
    return null;
  }

  /** Forgets the oldest beyond what is held, but nothing from `protect` upwards. @param {number | null} protect */
  trim(protect) {
    if (this.#waiting.size <= this.#cap * 1.1) return;
    this.#list();
    const cut = Math.min(this.#order[this.#order.length - this.#cap] ?? 0, protect ?? Infinity);
    if (this.floor !== null && cut <= this.floor) return;
    for (const id of this.#order) {
      if (id >= cut) break;
      this.#waiting.delete(id);
    }
    this.floor = cut;
    this.complete = false;
    this.#visible = null;
  }

  /** @param {Delta} delta */
  #replace(delta) {
    this.awaited = false;
    // A revision that went backwards is another database: what is remembered says nothing about it.
    if (delta.revision < this.revision) {
      this.#gone.clear();
      this.#settled.clear();
    }
    const before = this.#waiting;
    this.#waiting = new Map();
    this.#order = [...this.#ghosts.keys()].sort((a, b) => a - b);
    for (const message of delta.messages) this.#put(message, delta.revision);
    const everything = !this.filters.type && !this.filters.lang && delta.messages.length >= delta.queued;
    this.complete = everything || delta.messages.length < this.#limit;
    this.floor = lowest(delta.messages, null);
    for (const id of this.#kept) {
      const message = before.get(id)?.message;
      if (message && !this.#waiting.has(id) && this.#loaded(id) && this.#matches(message)) {
        this.#turnIntoGhost(id, message);
      }
    }
    for (const id of this.notes.keys()) if (!this.#waiting.has(id)) this.notes.delete(id);
  }

  /** @param {Message} message @param {number} asOf */
  #put(message, asOf) {
    const { id } = message;
    const known = this.#waiting.get(id);
    if ((this.#gone.get(id) ?? -1) >= asOf || (known && known.asOf > asOf)) return;
    if ((this.#settled.get(id) ?? -1) >= message.revision) return;
    this.#gone.delete(id);
    this.#settled.delete(id);
    this.#ghosts.delete(id);
    this.#waiting.set(id, { message, asOf });
    if (known) return;
    this.#enter(id);
    const language = message.detected_language;
    if (language) this.languages.set(language, (this.languages.get(language) ?? 0) + 1);
  }

  /** @param {number} id @param {number} asOf */
  #drop(id, asOf) {
    const known = this.#waiting.get(id);
    if (known && known.asOf > asOf) return;
    remember(this.#gone, id, Math.max(asOf, this.#gone.get(id) ?? 0));
    if (!known) return;
    this.#waiting.delete(id);
    this.notes.delete(id);
    if (this.#kept.has(id)) this.#turnIntoGhost(id, known.message);
  }

  /** @param {number} id @param {Message} message */
  #turnIntoGhost(id, message) {
    if (this.#hidden.has(id)) return;
    this.#ghosts.set(id, message);
    this.#enter(id);
  }

  /** @param {number} id */
  #enter(id) {
    if (id <= (this.#order.at(-1) ?? -Infinity)) this.#sorted = false;
    this.#order.push(id);
  }

  #list() {
    if (!this.#sorted) this.#order.sort((a, b) => a - b);
    this.#sorted = true;
    this.#order = this.#order.filter(
      (id, index, all) => id !== all[index - 1] && (this.#waiting.has(id) || this.#ghosts.has(id)),
    );
    const shown = this.#order.filter((id) => this.#shows(id));
    return shown.reverse();
  }

  /** @param {number} id */
  #shows(id) {
    if (this.#ghosts.has(id)) return true;
    const message = this.#waiting.get(id)?.message;
    return message !== undefined && !this.#hidden.has(id) && this.#loaded(id) && this.#matches(message);
  }

  /** Whether all that waits down to this id is known. @param {number} id */
  #loaded(id) {
    return this.complete || this.floor === null || id >= this.floor;
  }

  /** @param {Message} message */
  #matches(message) {
    const { type, lang } = this.filters;
    return (!type || message.message_type === type) && (!lang || message.detected_language === lang);
  }
}

/** @param {readonly Message[]} messages @param {number | null} start */
function lowest(messages, start) {
  const found = messages.reduce((least, { id }) => Math.min(least, id), start ?? Infinity);
  return found === Infinity ? null : found;
}

/** @param {readonly Moderator[]} moderators @param {string} me */
function whoIsWhere(moderators, me) {
  /** @type {Map<number, string[]>} */
  const held = new Map();
  for (const { username, focus } of moderators) {
    if (focus === null || username === me) continue;
    held.set(focus, [...(held.get(focus) ?? []), username]);
  }
  return held;
}

/** Sets, and forgets what was set longest ago beyond the limit. @param {Map<number, number>} map @param {number} id @param {number} value */
function remember(map, id, value) {
  map.delete(id);
  map.set(id, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
