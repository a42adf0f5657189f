// @ts-check
/** The filters as they stand in the address. Pure. */
/** @import { Filters } from './types.js' */

export const TYPES = ['', 'text', 'qa', 'emoji'];

/** @param {string} search an address's query @returns {Filters} */
export function readFilters(search) {
  const query = new URLSearchParams(search);
  const type = query.get('type') ?? '';
  const lang = query.get('lang') ?? '';
  return { type: TYPES.includes(type) ? type : '', lang: /^[A-Za-z0-9-]{1,35}$/.test(lang) ? lang : '' };
}

/** The query with these filters in it, and whatever else it had. @param {string} search @param {Filters} filters */
export function writeFilters(search, filters) {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(filters)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return text ? `?${text}` : '';
}
