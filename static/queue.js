// @ts-check
/** The queue page: makes the parts and connects them. */
/** @import { Drawn } from './list-view.js' */
/** @import { Filters, LinkState, Me } from './types.js' */
import { Actions, describe } from './actions.js';
import { Api, loginAddress } from './api.js';
import { Connection } from './connection.js';
import { Desk } from './desk.js';
import { byId, channelOfAddress, say, setText } from './dom.js';
import { FilterView } from './filter-view.js';
import { readFilters, writeFilters } from './filters.js';
import { Foot } from './foot.js';
import { toggleHelp } from './help.js';
import { ListView } from './list-view.js';
import { Presence } from './presence.js';
import { QueueState } from './queue-state.js';
import { StatusView } from './status-view.js';
import { ThumbBar } from './thumb-bar.js';
import { Toasts } from './toasts.js';
import { fillWords, words } from './words.js';

/** How many messages a page has. */
const PAGE = 100;
/** It is not said more often than this that messages wait again, in ms. */
const SAY_WAITING = 20_000;
/** Whoever cannot be asked who one is, is asked again after this long, in ms. */
const ASK_AGAIN = 3000;
const NO_FILTERS = { type: '', lang: '' };

fillWords(document);
const channel = channelOfAddress();
const api = new Api();
const state = new QueueState({ limit: PAGE });
const narrow = matchMedia('(max-width: 700px)');
const header = byId('top');
const bar = byId('bar');
const low = byId('low');

const connection = new Connection({
  api,
  path: `/api/channel/${channel}/queue`,
  limit: PAGE,
  onDelta: (delta) => {
    state.apply(delta);
    state.trim(view.lowest());
    view.schedule();
  },
  onState: linkChanged,
});
const status = new StatusView(() => connection.hurry());
const presence = new Presence(api, `/api/channel/${channel}/focus`);
const filterView = new FilterView(byId('filters'), changeFilters);
const thumb = new ThumbBar(byId('thumb'), (kind) => desk.decideFocused(kind));
const view = new ListView({
  state,
  list: byId('list'),
  spacer: byId('spacer'),
  insets: () => ({ top: headerHeight(), bottom: low.offsetHeight }),
});
const foot = new Foot({
  place: byId('foot'),
  state,
  connection,
  onLoaded: () => view.schedule(),
  onShowAll: () => changeFilters(NO_FILTERS),
});
const actions = new Actions(api, channel, state, {
  changed: () => view.schedule(),
  did: (action) => {
    toasts.update();
    say(describe(action));
  },
  over: () => toasts.update(),
  problem: (note) => toasts.problem(note),
  info: (text) => toasts.info(text),
});
const toasts = new Toasts(byId('toasts'), () => actions.last, () => void desk.undo());
const desk = new Desk({ state, view, actions, toasts });

const newer = byId('newer');
let wasEmpty = true;
let saidWaiting = -Infinity;

view.onDrawn = drawn;
view.onDraw = () => {
  status.update(state);
  filterView.update(state);
  thumb.update(view.focus === null ? null : (state.get(view.focus) ?? null));
};

/** @param {Drawn} what */
function drawn({ above, nearEnd }) {
  newer.hidden = above === 0;
  if (above > 0) setText(newer, words.queue.newer(above));
  presence.set(view.focus);
  foot.update(nearEnd);
  sayIfSomeWait();
}

/** What of the header stays on the screen, in pixels. */
function headerHeight() {
  return (narrow.matches ? bar : header).offsetHeight;
}

/** Says that messages wait where none did: not each time one arrives. */
function sayIfSomeWait() {
  const waiting = state.visible().length;
  if (wasEmpty && waiting > 0 && performance.now() - saidWaiting > SAY_WAITING) {
    saidWaiting = performance.now();
    say(words.queue.waiting(waiting));
  }
  wasEmpty = waiting === 0;
}

/** @param {LinkState} link */
function linkChanged(link) {
  view.steadily(() => status.link(link));
  if (link.kind === 'signed-out') toasts.problem({ text: words.problems.signedOut, login: true });
  if (link.kind === 'forbidden' || link.kind === 'missing') toasts.problem({ text: words.problems[link.kind], login: false });
  if (link.kind === 'live' || link.kind === 'polling') presence.again();
}

/** @param {Filters} filters */
function changeFilters(filters) {
  state.setFilters(filters);
  history.replaceState(null, '', location.pathname + writeFilters(location.search, filters));
  view.focus = null;
  view.goToTop();
  connection.start(filters);
}

/** @returns {Promise<Me>} */
async function whoAmI() {
  for (;;) {
    try {
      return await api.me();
    } catch {
      status.link({ kind: navigator.onLine ? 'reconnecting' : 'offline', since: new Date() });
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
    }
  }
}

async function begin() {
  status.link({ kind: 'connecting', since: new Date() });
  const me = await whoAmI();
  if (!me.authenticated) return location.assign(loginAddress());
  state.me = me.username ?? '';
  const name = me.channels?.find(({ id }) => id === channel)?.name ?? channel;
  byId('channel-name').textContent = name;
  document.title = `${name} · ${words.queue.title}`;
  state.setFilters(readFilters(location.search));
  desk.listen(byId('list'));
  connection.start(state.filters);
  view.schedule();
  setInterval(() => view.tick(), 1000);
}

// Where the header ends, for what sticks below it.
const measured = new ResizeObserver(() => document.documentElement.style.setProperty('--top', `${headerHeight()}px`));
measured.observe(bar);
measured.observe(header);

byId('to-log').setAttribute('href', `/channel/${channel}/log`);
byId('help').addEventListener('click', toggleHelp);
newer.addEventListener('click', () => view.goToTop());
addEventListener('pagehide', () => connection.stop());
addEventListener('pageshow', (event) => event.persisted && connection.start(state.filters));
void begin();
