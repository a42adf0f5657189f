// @ts-check
/**
 * Deciding, and taking back. A card goes the moment it is decided; whatever the server says otherwise is said in
 * a plain sentence, and a message that still waits comes back.
 */
/** @import { Api } from './api.js' */
/** @import { QueueState } from './queue-state.js' */
/** @import { ActionKind, Answer, Message, Note } from './types.js' */
import { ApiError } from './api.js';
import { excerpt, words } from './words.js';

/** How long an action can be taken back, in ms. */
export const UNDO_FOR = 10_000;

/** In the order of their keys. @type {readonly ActionKind[]} */
export const KINDS = ['highlight', 'approve', 'reject', 'reject-similar', 'ban', 'allow'];

/** The key of an action: 1 to 6. @param {ActionKind} kind */
export const keyOf = (kind) => String(KINDS.indexOf(kind) + 1);

/** @type {Partial<Record<ActionKind, { path: string, list: string }>>} */
const ABOUT_PEOPLE = {
  ban: { path: 'block-user', list: 'blacklist' },
  allow: { path: 'whitelist-user', list: 'whitelist' },
};

/**
 * @typedef {object} Action something that was done here
 * @property {ActionKind} kind
 * @property {Message} message
 * @property {number} until when it can no longer be taken back
 * @property {number | undefined} count how many messages it decided, once known
 * @property {number | null} entry the list entry it made
 * @property {Promise<boolean>} outcome whether it took effect
 */

/**
 * @typedef {object} Listener what the page does about it
 * @property {() => void} changed cards went or came
 * @property {(action: Action) => void} did
 * @property {(action: Action) => void} over it failed or had no effect: there is nothing to take back
 * @property {(note: Note) => void} problem
 * @property {(text: string) => void} info
 */

/** Whether a message's sender can be trusted: by name alone nobody can. @param {Message} message */
export function canAllow(message) {
  return message.centralauth_id !== null || message.sender_id !== null;
}

/** What was done, in words. @param {Action} action */
export function describe({ kind, message, count }) {
  const about = kind in ABOUT_PEOPLE ? message.screen_name || words.card.noName : excerpt(message.message);
  return words.done[kind](about, count);
}

export class Actions {
  /** @type {Action[]} */ #done = [];
  #api;
  #channel;
  #state;
  #listener;

  /** @param {Api} api @param {string} channel @param {QueueState} state @param {Listener} listener */
  constructor(api, channel, state, listener) {
    this.#api = api;
    this.#channel = channel;
    this.#state = state;
    this.#listener = listener;
  }

  /** @param {ActionKind} kind @param {Message} message */
  perform(kind, message) {
    if (!this.#state.isWaiting(message.id) || (kind === 'allow' && !canAllow(message))) return;
    this.#state.hide(message.id);
    /** @type {Action} */
    const action = { kind, message, until: Date.now() + UNDO_FOR, count: undefined, entry: null, outcome: Promise.resolve(false) };
    action.outcome = this.#carryOut(action);
    this.#done.push(action);
    this.#listener.changed();
    this.#listener.did(action);
  }

  /** The action that undo would take back now. */
  get last() {
    this.#done = this.#done.filter(({ until }) => until > Date.now());
    return this.#done.at(-1) ?? null;
  }

  /** Takes the last action back. @returns {Promise<Message | null>} the message that waits again */
  async undo() {
    const action = this.last;
    if (!action) {
      this.#listener.info(words.undo.nothing);
      return null;
    }
    this.#done.pop();
    this.#listener.over(action);
    if (!(await action.outcome)) return null;
    const { message } = action;
    const what = excerpt(message.message);
    const listed = action.entry !== null;
    try {
      await this.#removeEntry(action);
      await this.#api.post(`/api/channel/${this.#channel}/message/${message.id}/undo`, { group: true });
      this.#state.restore(message);
      this.#listener.changed();
      this.#listener.info(words.undo.done(what));
      return message;
    } catch (error) {
      const { status, text, login } = explain(error);
      const stands = listed ? words.undo.entryOnly(message.screen_name || words.card.noName) : words.undo.conflict(what);
      this.#listener.problem({ text: status === 409 ? stands : words.undo.failed(text), login });
      if (status !== 409 && !login) {
        action.until = Date.now() + UNDO_FOR;
        this.#done.push(action);
        this.#listener.did(action);
      }
      return null;
    }
  }

  /** @param {Action} action */
  async #carryOut(action) {
    const { kind, message } = action;
    try {
      /** @type {Answer} */
      const answer = await this.#post(kind, message);
      if (!answer.ok) {
        const say = words.problems.superseded[answer.current ?? ''] ?? words.problems.decidedOtherwise;
        const note = { text: say(excerpt(message.message)), login: false };
        if (answer.current === 'queued') this.#state.bringBack(message.id, note);
        else this.#state.settle(message.id);
        this.#fail(action, note);
        return false;
      }
      this.#state.settle(message.id);
      action.count = answer.rejected ?? answer.approved;
      action.entry = answer.entry ?? null;
      if (this.last === action) this.#listener.did(action);
      return true;
    } catch (error) {
      const { text, login } = explain(error);
      this.#state.bringBack(message.id, { text: words.problems.notSaved(text), login });
      this.#fail(action, { text: words.problems.notSavedAbout(excerpt(message.message), text), login });
      return false;
    }
  }

  /** @param {Action} action @param {Note} note */
  #fail(action, note) {
    this.#done = this.#done.filter((it) => it !== action);
    this.#listener.over(action);
    this.#listener.problem(note);
    this.#listener.changed();
  }

  /** @param {ActionKind} kind @param {Message} message @returns {Promise<Answer>} */
  #post(kind, message) {
    const people = ABOUT_PEOPLE[kind];
    if (!people) return this.#api.post(`/api/channel/${this.#channel}/message/${message.id}/${kind}`);
    const { screen_name, sender_id, centralauth_id } = message;
    return this.#api.post(`/api/channel/${this.#channel}/${people.path}`, { screen_name, sender_id, centralauth_id });
  }

  /** @param {Action} action */
  async #removeEntry(action) {
    const list = ABOUT_PEOPLE[action.kind]?.list;
    if (!list || action.entry === null) return;
    await this.#api.post(`/channel/${this.#channel}/${list}/remove`, { id: action.entry });
    // Taken off once: a second try only has the messages left to do.
    action.entry = null;
  }
}

/** @param {unknown} error */
function explain(error) {
  const status = error instanceof ApiError ? error.status : 0;
  const text = error instanceof Error ? error.message : String(error);
  return { status, text, login: status === 401 };
}
