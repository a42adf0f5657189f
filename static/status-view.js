// @ts-check
/** The header's facts: how the page hears from the server, the numbers, who else is here. */
/** @import { QueueState } from './queue-state.js' */
/** @import { LinkState } from './types.js' */
import { loginAddress } from './api.js';
import { byId, el, say, setText } from './dom.js';
import { serverNow, span, timeOfDay } from './time.js';
import { words } from './words.js';

/** A loss shorter than this is shown, but not read out. */
const WORTH_SAYING = 3000;
const MOST_PEOPLE = 4;

/** @param {string} name */
function initials(name) {
  const [first, ...rest] = name.replace(/_/g, ' ').trim().split(/\s+/);
  const letters = (/** @type {string} */ word, /** @type {number} */ n) => [...word].slice(0, n).join('');
  return rest.length > 0 ? letters(first ?? '', 1) + letters(rest.at(-1) ?? '', 1) : letters(first ?? '', 2);
}

export class StatusView {
  #line = byId('link');
  #people = byId('people');
  #stats = byId('stats');
  #drops = byId('drops');
  #shownPeople = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #saying;
  #wasLost = false;
  /** @type {Record<string, HTMLElement>} */ #numbers = {};
  #oldest = el('b');
  #oldestPart;
  #onTryNow;

  /** @param {() => void} onTryNow */
  constructor(onTryNow) {
    this.#onTryNow = onTryNow;
    const part = (/** @type {string} */ name, /** @type {string} */ word) => {
      this.#numbers[name] = el('b', {}, '0');
      return el('span', { class: `stat ${name}` }, /** @type {HTMLElement} */ (this.#numbers[name]), ` ${word}`);
    };
    this.#oldestPart = el('span', { class: 'stat', hidden: true }, `${words.stats.oldest} `, this.#oldest);
    this.#stats.append(
      part('waiting', words.stats.waiting), this.#oldestPart, part('approved', words.stats.approved),
      part('highlighted', words.stats.highlighted), part('rejected', words.stats.rejected), part('dropped', words.stats.dropped));
  }

  /** @param {LinkState} state */
  link({ kind, since }) {
    const text = words.link[kind](timeOfDay(since));
    const lost = kind === 'reconnecting' || kind === 'offline';
    this.#line.className = `link ${kind}`;
    this.#line.replaceChildren(el('span', {}, text));
    if (lost) this.#line.append(el('button', { type: 'button', onclick: this.#onTryNow }, words.link.tryNow));
    if (kind === 'signed-out') this.#line.append(el('a', { href: loginAddress() }, words.problems.logInAgain));
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      if (kind !== 'connecting' && (lost || this.#wasLost || !(kind in { live: 1, polling: 1 }))) say(text);
      this.#wasLost = lost;
    }, WORTH_SAYING);
  }

  /** @param {QueueState} state */
  update(state) {
    const dropped = Object.values(state.drops).reduce((sum, n) => sum + n, 0);
    const { approved, highlighted, rejected } = state.stats;
    const numbers = { waiting: state.queued, approved, highlighted, rejected, dropped };
    for (const [name, n] of Object.entries(numbers)) {
      const node = this.#numbers[name];
      if (node) setText(node, (n ?? 0).toLocaleString('en'));
    }
    const causes = Object.entries(state.drops).filter(([, n]) => n > 0);
    setText(this.#drops, causes.map(([cause, n]) => `${n.toLocaleString('en')} ${words.stats.causes[cause] ?? cause}`).join(', '));
    this.#showOldest(state);
    this.#showPeople(state);
  }

  /** @param {QueueState} state */
  #showOldest(state) {
    const id = state.complete && !state.filters.type && !state.filters.lang ? state.visible().at(-1) : undefined;
    const message = id === undefined ? undefined : state.get(id);
    this.#oldestPart.hidden = !message;
    if (message) setText(this.#oldest, span(serverNow() - Date.parse(message.arrived_at)));
  }

  /** @param {QueueState} state */
  #showPeople({ moderators, me }) {
    const others = [...new Set(moderators.map(({ username }) => username))].filter((name) => name !== me).sort();
    const label = words.people.here(others);
    if (label === this.#shownPeople) return;
    this.#shownPeople = label;
    this.#people.setAttribute('aria-label', label);
    this.#people.title = label;
    const shown = others.length > MOST_PEOPLE ? others.slice(0, MOST_PEOPLE - 1) : others;
    const circle = (/** @type {string} */ text, more = '') => el('span', { class: `person ${more}`, 'aria-hidden': 'true' }, el('bdi', {}, text));
    this.#people.replaceChildren(circle(words.people.you, 'me'), ...shown.map((name) => circle(initials(name))));
    if (shown.length < others.length) this.#people.append(circle(words.people.others(others.length - shown.length)));
  }
}
