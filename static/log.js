// @ts-check
/** The log of a channel's decisions: newest first, older ones on demand, filters in the address. */
/** @import { LogEntry } from './types.js' */
import { ApiError, loginAddress } from './api.js';
import { byId, channelOfAddress, el } from './dom.js';
import { api, begin, showProblem } from './site.js';
import { fullDate, shortDate } from './time.js';
import { fillWords, words } from './words.js';

const PAGE = 100;
const FILTERS = ['decision', 'moderator'];

fillWords(document);
const channel = channelOfAddress();
const path = `/api/channel/${channel}/log`;
const form = /** @type {HTMLFormElement} */ (byId('filters'));
const older = /** @type {HTMLButtonElement} */ (byId('older'));
const rows = byId('entries');
/** @type {number | null} */
let next = null;
/** Counts the lists that were begun: what answers an earlier one is not shown. */
let begun = 0;

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name));

/** @param {LogEntry} entry */
function row(entry) {
  const decided = new Date(entry.decided_at);
  const type = words.types[entry.message_type] ?? entry.message_type;
  const time = el('time', { datetime: entry.decided_at, title: fullDate(decided) }, shortDate(decided));
  const word = words.log.decisions[entry.decision] ?? entry.decision;
  return el('tr', { role: 'row' },
    el('td', { role: 'cell', class: 'when' }, time),
    el('td', { role: 'cell' }, el('span', { class: `decision ${word === entry.decision ? word : ''}` }, word)),
    el('td', { role: 'cell' }, el('bdi', {}, entry.moderator)),
    el('td', { role: 'cell' }, el('bdi', { class: 'name' }, entry.screen_name || words.card.noName)),
    el('td', { role: 'cell', class: 'message' },
      entry.message_type !== 'text' && el('span', { class: 'tag' }, type),
      el('p', { class: 'text', dir: 'auto' }, entry.message)));
}

/** @param {boolean} afresh from the newest, instead of going on */
async function load(afresh) {
  if (afresh) begun += 1;
  const mine = begun;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!afresh && next !== null) query.set('before', String(next));
  for (const name of FILTERS) if (field(name).value.trim()) query.set(name, field(name).value.trim());
  older.disabled = true;
  byId('problem').hidden = true;
  if (afresh) byId('shown').textContent = words.log.loading;
  try {
    /** @type {{ entries: LogEntry[], next: number | null }} */
    const page = await api.get(`${path}?${query}`);
    if (mine !== begun) return;
    if (afresh) rows.replaceChildren();
    rows.append(...page.entries.map(row));
    ({ next } = page);
    suggest(page.entries);
    tellCount();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return location.assign(loginAddress());
    if (mine !== begun) return;
    byId('shown').textContent = '';
    showProblem(words.log.failed(error instanceof Error ? error.message : ''));
    older.textContent = words.log.tryAgain;
    older.hidden = false;
    older.onclick = () => void load(afresh);
  } finally {
    older.disabled = false;
  }
}

function tellCount() {
  const n = rows.childElementCount;
  const filtered = FILTERS.some((name) => field(name).value.trim());
  byId('shown').textContent = n > 0 ? words.log.shown(n) : filtered ? words.log.emptyFiltered : words.log.empty;
  older.hidden = next === null;
  older.textContent = words.log.older;
  older.onclick = () => void load(false);
}

/** Offers the names and decisions that were seen. @param {LogEntry[]} entries */
function suggest(entries) {
  const names = byId('moderators');
  const known = new Set([...names.children].map((it) => it.getAttribute('value')));
  for (const name of new Set(entries.map(({ moderator }) => moderator))) {
    if (!known.has(name)) names.append(el('option', { value: name }));
  }
  for (const decision of new Set(entries.map((entry) => entry.decision))) offer(decision);
}

/** @param {string} decision */
function offer(decision) {
  const select = /** @type {HTMLSelectElement} */ (field('decision'));
  if ([...select.options].some(({ value }) => value === decision)) return;
  select.append(el('option', { value: decision }, words.log.decisions[decision] ?? decision));
}

function prepare() {
  field('decision').append(el('option', { value: '' }, words.log.any));
  for (const decision of ['approved', 'highlighted', 'rejected']) offer(decision);
  const asked = new URLSearchParams(location.search);
  for (const name of FILTERS) {
    const value = asked.get(name) ?? '';
    if (name === 'decision' && value) offer(value);
    field(name).value = value;
  }
  byId('to-queue').setAttribute('href', `/channel/${channel}/queue`);
  byId('to-csv').setAttribute('href', `${path}.csv`);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const name of FILTERS) if (field(name).value.trim()) query.set(name, field(name).value.trim());
    history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
    void load(true);
  });
}

prepare();
begin().then(({ authenticated, channels = [] }) => {
  if (!authenticated) return location.assign(loginAddress());
  const name = channels.find(({ id }) => id === channel)?.name ?? channel;
  byId('channel-name').textContent = name;
  document.title = `${name} · ${words.log.title}`;
  void load(true);
}, showProblem);
