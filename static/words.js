// @ts-check
/**
 * Every word that the pages show, in one place, so that translations can come. Plain, short, kind.
 * What comes from people is isolated, so that its direction cannot disturb the sentence around it.
 */

/** @param {string} text somebody else's words */
const isolated = (text) => `\u2068${text}\u2069`;

/** Anything but format and control characters, white space, and the letters that are blank. */
const MARK = /[^\p{Cf}\p{Cc}\p{Z}\u115f\u1160\u2800\u3164\uffa0\ufe00-\ufe0f]/u;

/** Whether there is anything to see in a text. @param {string} text */
export const leavesAMark = (text) => MARK.test(text);

/** The beginning of a text, for a sentence about it. @param {string} text @param {number} [most] characters */
export function excerpt(text, most = 40) {
  if (!leavesAMark(text)) return words.card.withoutText;
  const characters = [...text.slice(0, most * 4).replace(/\s+/gu, ' ').trim()];
  const short = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : characters.join('');
  return `“${isolated(short)}”`;
}

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export const words = {
  product: 'chatstream',
  nav: { home: 'All channels', queue: 'Queue', log: 'Log', feed: 'Feed', highlights: 'Highlights', lists: 'Lists', settings: 'Settings', administration: 'Administration', logIn: 'Log in', logOut: 'Log out' },

  home: {
    title: 'Your channels',
    hello: /** @param {string} name */ (name) => `Logged in as ${isolated(name)}.`,
    none: 'You are not a moderator of any channel yet. Ask the person who runs the channel to add you.',
    signedOut: 'Here volunteers look after the live chat of conference streams: what they approve is shown on stage screens and wiki pages.',
    signedOutDo: 'Log in with your Wikimedia account to see your channels.',
    archived: 'archived',
    roles: /** @type {Record<string, string>} */ ({ moderator: 'moderator', admin: 'admin', superadmin: 'superadmin' }),
    queueOf: /** @param {string} name */ (name) => `Queue of ${isolated(name)}`,
    logOf: /** @param {string} name */ (name) => `Log of ${isolated(name)}`,
    feedOf: /** @param {string} name */ (name) => `Feed of ${isolated(name)}`,
    listsOf: /** @param {string} name */ (name) => `Lists of ${isolated(name)}`,
    settingsOf: /** @param {string} name */ (name) => `Settings of ${isolated(name)}`,
    highlightsOf: /** @param {string} name */ (name) => `Highlights feed of ${isolated(name)}`,
  },

  sessions: {
    everywhere: 'Log out everywhere',
    everywhereHelp: 'Ends your sessions on all machines, this one too.',
    others: 'End somebody’s sessions',
    title: 'End somebody’s sessions',
    why: 'For an account that fell into the wrong hands: whoever is logged in with it is logged out, on all machines. Logging in again is possible, so remove them from channels too where they should not come back.',
    centralId: 'Central id',
    centralIdHelp: 'A number. The list of a channel’s members has it.',
    submit: 'End all sessions',
    ended: /** @param {string} id */ (id) => `All sessions of ${isolated(id)} have ended.`,
  },

  queue: {
    title: 'Queue',
    list: 'Waiting messages, newest first',
    filters: 'Show only',
    loading: 'Getting the queue…',
    empty: 'Nothing is waiting.',
    emptyMore: 'New messages appear here by themselves.',
    emptyFiltered: 'Nothing that is waiting fits these filters.',
    showAll: 'Show all',
    older: 'Show older ones',
    olderLoading: 'Getting older ones…',
    olderFailed: 'The older ones could not be fetched.',
    end: 'That is all that is waiting.',
    waiting: /** @param {number} n */ (n) => count(n, 'message waits', 'messages wait'),
    newer: /** @param {number} n */ (n) => `↑ ${n.toLocaleString('en')} newer`,
    low: 'Last decisions and actions',
    chooseHint: 'Choose a message to decide about it.',
    thumbBar: 'Decide about the chosen message',
    moreActions: 'More actions',
    keys: 'Keys',
  },

  types: /** @type {Record<string, string>} */ ({ text: 'message', qa: 'question', emoji: 'reaction' }),
  typeChips: /** @type {Record<string, string>} */ ({ '': 'All', text: 'Messages', qa: 'Questions', emoji: 'Reactions' }),
  typeGroup: 'Type',
  languageGroup: 'Language',

  card: {
    reactsTo: /** @param {string} text */ (text) => `reacts to ${excerpt(text, 120)}`,
    nothingVisible: 'Nothing that can be seen: only spaces or invisible characters.',
    withoutText: 'a message without visible text',
    noName: 'no name',
    isHere: /** @param {readonly string[]} names */ (names) =>
      names.length > 2 ? `${isolated(names[0] ?? '')} and ${names.length - 1} others are here` : `${names.map(isolated).join(' and ')} ${names.length > 1 ? 'are' : 'is'} here`,
    ghost: 'No longer waiting: somebody else decided this one.',
    cannotAllow: 'Without an account or a sender id nobody can be trusted: anybody could take the name.',
  },

  actions: {
    highlight: 'Highlight',
    approve: 'Approve',
    reject: 'Reject',
    'reject-similar': 'Reject similar',
    ban: 'Ban',
    allow: 'Allow',
  },
  actionHelp: {
    highlight: 'Highlight: approve it and show it among the highlights',
    approve: 'Approve: show it',
    reject: 'Reject: do not show it',
    'reject-similar': 'Reject it and all waiting ones like it',
    ban: 'Ban the sender and reject what they have waiting',
    allow: 'Trust the sender and approve what they have waiting',
  },

  done: {
    highlight: /** @param {string} what */ (what) => `Highlighted ${what}`,
    approve: /** @param {string} what */ (what) => `Approved ${what}`,
    reject: /** @param {string} what */ (what) => `Rejected ${what}`,
    'reject-similar': /** @param {string} what @param {number} [n] */ (what, n) =>
      n === undefined ? `Rejected ${what} and similar ones` : n > 1 ? `Rejected ${what} and ${n - 1} similar` : `Rejected ${what}, no others alike`,
    ban: /** @param {string} name @param {number} [n] */ (name, n) => `Banned ${isolated(name)}${n ? `, ${n.toLocaleString('en')} rejected` : ''}`,
    allow: /** @param {string} name @param {number} [n] */ (name, n) => `Allowed ${isolated(name)}${n ? `, ${n.toLocaleString('en')} approved` : ''}`,
  },

  undo: {
    button: 'Undo',
    seconds: /** @param {number} n */ (n) => ` · ${n}`,
    nothing: 'There is nothing to undo.',
    done: /** @param {string} what */ (what) => `Taken back: ${what} is waiting again.`,
    conflict: /** @param {string} what */ (what) => `${what} was decided by somebody else since, so it stays as it is.`,
    entryOnly: /** @param {string} name */ (name) => `${isolated(name)} is off the list again. The message was decided by somebody else since and stays as it is.`,
    failed: /** @param {string} why */ (why) => `Not taken back. ${why}`,
  },

  problems: {
    superseded: /** @type {Record<string, (what: string) => string>} */ ({
      highlighted: (what) => `Somebody else has already highlighted ${what}. That stands.`,
      approved: (what) => `Somebody else has already approved ${what}. That stands.`,
      rejected: (what) => `Somebody else has already rejected ${what}. That stands.`,
      queued: (what) => `${what} is waiting again; nothing was decided.`,
    }),
    decidedOtherwise: /** @param {string} what */ (what) => `Somebody else has already decided ${what}. That stands.`,
    signedOut: 'You are logged out.',
    logInAgain: 'Log in again',
    network: 'The server could not be reached.',
    timeout: 'The server did not answer in time.',
    notSaved: /** @param {string} why */ (why) => `Not saved. ${why}`,
    notSavedAbout: /** @param {string} what @param {string} why */ (what, why) => `Not saved: ${what}. ${why}`,
    unknown: /** @param {number} status */ (status) => `The server answered ${status}.`,
    forbidden: 'You are not a moderator of this channel.',
    missing: 'There is no such channel.',
    notInView: 'The chosen message was out of sight. Nothing was done; here it is.',
    noFocus: 'No message is chosen. Press J to choose one.',
    ghost: 'That one was already decided by somebody else. Nothing was done; this is the next.',
    moved: 'The messages were just moving. Nothing was done; please choose again.',
    close: 'Close',
  },

  link: {
    connecting: () => 'connecting…',
    live: () => 'live',
    polling: () => 'live, asking again and again',
    reconnecting: /** @param {string} since */ (since) => `reconnecting since ${since}`,
    offline: /** @param {string} since */ (since) => `offline since ${since}`,
    'signed-out': () => 'logged out',
    forbidden: () => 'not your channel',
    missing: () => 'no such channel',
    tryNow: 'Try now',
  },

  stats: {
    waiting: 'waiting',
    oldest: 'oldest',
    approved: 'approved',
    highlighted: 'highlighted',
    rejected: 'rejected',
    dropped: 'dropped',
    causes: /** @type {Record<string, string>} */ ({ global_ban: 'banned everywhere', ban: 'banned', pattern: 'blocked text' }),
  },

  people: {
    here: /** @param {readonly string[]} names */ (names) => (names.length > 0 ? `Moderating now: you, ${names.map(isolated).join(', ')}` : 'Moderating now: only you'),
    you: 'Me',
    others: /** @param {number} n */ (n) => `+${n}`,
  },

  help: {
    title: 'Keys',
    close: 'Close',
    move: 'Next (older) or previous (newer) message',
    undo: 'Undo the last decision, for 10 seconds',
    letGo: 'Let go of the message',
    help: 'Show these keys',
    note: 'A decision is about the message that was chosen when the key went down. Of two different decisions the stricter one stands.',
    arrows: '↓ ↑',
    escape: 'Esc',
  },

  log: {
    title: 'Log',
    decision: 'Decision',
    moderator: 'Moderator',
    any: 'Any',
    show: 'Show',
    csv: 'Download all as CSV',
    when: 'When',
    by: 'By',
    message: 'Message',
    from: 'From',
    empty: 'No decisions yet.',
    emptyFiltered: 'No decision fits these filters.',
    older: 'Show older ones',
    loading: 'Getting the log…',
    failed: /** @param {string} why */ (why) => `The log could not be fetched. ${why}`,
    tryAgain: 'Try again',
    shown: /** @param {number} n */ (n) => count(n, 'decision shown', 'decisions shown'),
    decisions: /** @type {Record<string, string>} */ ({ highlighted: 'highlighted', approved: 'approved', rejected: 'rejected', queued: 'taken back', undone: 'taken back' }),
    caption: 'Decisions, newest first',
  },
};

/** The word for a language tag, in English; the tag itself where none is known. @param {string} tag */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Fills elements that name their words: `data-word="log.title"`. @param {ParentNode} root */
export function fillWords(root) {
  for (const element of root.querySelectorAll('[data-word]')) {
    element.textContent = wordAt(element.getAttribute('data-word') ?? '');
  }
  for (const element of root.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', wordAt(element.getAttribute('data-label') ?? ''));
  }
}

/** @param {string} path */
function wordAt(path) {
  /** @type {unknown} */
  let found = words;
  for (const part of path.split('.')) found = /** @type {Record<string, unknown>} */ (found)[part];
  return typeof found === 'string' ? found : path;
}
