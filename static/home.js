// @ts-check
/** The start page: my channels. */
/** @import { Channel, Me } from './types.js' */
import { loginAddress } from './api.js';
import { byId, el } from './dom.js';
import { begin, logOut, showProblem } from './site.js';
import { fillWords, words } from './words.js';

fillWords(document);

/** @param {Channel} channel */
function channelCard({ id, name, role, archived }) {
  const { home, nav } = words;
  const at = encodeURIComponent(id);
  const link = (/** @type {string} */ href, /** @type {string} */ text, /** @type {string} */ label) => el('a', { href, 'aria-label': label }, text);
  return el('li', { class: 'channel' },
    el('div', { class: 'channel-name' },
      el('h2', {}, el('a', { href: `/channel/${at}/queue`, 'aria-label': home.queueOf(name) }, el('bdi', {}, name))),
      el('span', { class: 'soft' }, `${id} · ${home.roles[role] ?? role}`),
      archived && el('span', { class: 'tag' }, home.archived)),
    el('nav', { class: 'links', 'aria-label': name },
      link(`/channel/${at}/queue`, nav.queue, home.queueOf(name)),
      link(`/channel/${at}/log`, nav.log, home.logOf(name)),
      link(`/rss/${at}`, nav.feed, home.feedOf(name)),
      link(`/rss/${at}/highlights`, nav.highlights, home.highlightsOf(name)),
      link(`/channel/${at}/blacklist`, nav.lists, home.listsOf(name)),
      role !== 'moderator' && link(`/channel/${at}/settings`, nav.settings, home.settingsOf(name))));
}

/** What ends sessions. @param {Me} me */
function sessions({ superadmin }) {
  const { sessions: say } = words;
  return el('div', { class: 'sessions' },
    el('p', { class: 'soft' }, say.everywhereHelp),
    el('button', { type: 'button', class: 'act', onclick: () => logOut('/logout/everywhere') }, say.everywhere),
    superadmin && el('a', { href: '/admin/sessions' }, say.others));
}

/** @param {Me} me */
function show(me) {
  const { authenticated, superadmin, channels = [] } = me;
  const { home, nav } = words;
  const parts = authenticated
    ? [channels.length > 0 ? el('ul', { class: 'channels', role: 'list' }, ...channels.map(channelCard)) : el('p', {}, home.none)]
    : [el('p', {}, home.signedOut), el('p', {}, home.signedOutDo), el('p', {}, el('a', { class: 'act primary', href: loginAddress() }, nav.logIn))];
  if (superadmin) parts.push(el('p', {}, el('a', { href: '/admin/' }, nav.administration)));
  if (authenticated) parts.push(sessions(me));
  byId('content').replaceChildren(...parts);
  if (!authenticated) document.querySelector('h1')?.replaceChildren(words.product);
}

begin().then(show, showProblem);
