// @ts-check
/** The chips that filter the queue. They stay where they are: a language that appears is added at the end. */
/** @import { QueueState } from './queue-state.js' */
/** @import { Filters } from './types.js' */
import { el } from './dom.js';
import { TYPES } from './filters.js';
import { languageName, words } from './words.js';

const MOST_LANGUAGES = 24;

export class FilterView {
  /** @type {Map<string, HTMLButtonElement>} */ #types = new Map();
  /** @type {Map<string, HTMLButtonElement>} */ #languages = new Map();
  /** @type {Filters} */ #filters = { type: '', lang: '' };
  #languageGroup;
  #onChange;

  /** @param {HTMLElement} place @param {(filters: Filters) => void} onChange */
  constructor(place, onChange) {
    this.#onChange = onChange;
    for (const type of TYPES) {
      this.#types.set(type, this.#chip(words.typeChips[type] ?? type, null, () => ({ ...this.#filters, type })));
    }
    this.#languageGroup = el('span', { class: 'chips', role: 'group', 'aria-label': words.languageGroup, hidden: true });
    place.append(el('span', { class: 'chips', role: 'group', 'aria-label': words.typeGroup }, ...this.#types.values()), this.#languageGroup);
  }

  /** @param {QueueState} state */
  update({ filters, languages }) {
    for (const lang of [...languages.keys(), filters.lang]) {
      if (lang && !this.#languages.has(lang) && (this.#languages.size < MOST_LANGUAGES || lang === filters.lang)) this.#addLanguage(lang);
    }
    if (filters === this.#filters) return;
    this.#filters = filters;
    for (const [type, chip] of this.#types) chip.setAttribute('aria-pressed', String(type === filters.type));
    for (const [lang, chip] of this.#languages) chip.setAttribute('aria-pressed', String(lang === filters.lang));
  }

  /** @param {string} lang */
  #addLanguage(lang) {
    const name = languageName(lang);
    // Pressed again, it lets every language through.
    const chip = this.#chip(lang, name, () => ({ ...this.#filters, lang: this.#filters.lang === lang ? '' : lang }));
    chip.setAttribute('aria-pressed', String(lang === this.#filters.lang));
    this.#languages.set(lang, chip);
    this.#languageGroup.append(chip);
    this.#languageGroup.hidden = false;
  }

  /** @param {string} text @param {string | null} name @param {() => Filters} next */
  #chip(text, name, next) {
    const chip = el('button', { type: 'button', class: 'chip', title: name, 'aria-pressed': 'false', onclick: () => this.#onChange(next()) }, text);
    if (name) chip.setAttribute('aria-label', `${text} ${name}`);
    return chip;
  }
}
