// @ts-check
/**
 * Shapes that several modules share. Nothing runs here. The first group is what the HTTP contract says.
 *
 * @typedef {'text' | 'emoji' | 'qa'} MessageType
 * @typedef {'queued' | 'highlighted' | 'approved' | 'rejected'} Status
 *
 * @typedef {object} Message a message that waits for a decision
 * @property {number} id
 * @property {string} screen_name
 * @property {string} message its text; of a reaction, the symbol
 * @property {MessageType} message_type
 * @property {string} arrived_at RFC 3339
 * @property {string | null} detected_language a language tag
 * @property {string | null} profile_img an address on somebody else's server: never loaded
 * @property {string | null} sender_id
 * @property {number | null} centralauth_id
 * @property {number} revision the channel's revision when it last changed
 * @property {string | null} [target_message] of a reaction, the text it reacts to
 *
 * @typedef {object} Moderator
 * @property {string} username
 * @property {number | null} focus the message they look at
 *
 * @typedef {object} Delta what changed in a queue, or all of it where `reset` is true
 * @property {number} revision
 * @property {boolean} reset
 * @property {Message[]} messages
 * @property {number[]} gone
 * @property {number} queued
 * @property {Record<string, number>} stats
 * @property {Record<string, number>} drops
 * @property {Moderator[]} moderators
 *
 * @typedef {object} Channel a channel one has a role in
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {boolean} archived
 *
 * @typedef {object} Me
 * @property {boolean} authenticated
 * @property {boolean} [dev_mode]
 * @property {string} [username]
 * @property {number | null} [centralauth_id]
 * @property {boolean} [superadmin]
 * @property {string} [csrf_token]
 * @property {Channel[]} [channels]
 *
 * @typedef {object} LogEntry
 * @property {number} id
 * @property {string} decided_at
 * @property {string} decision
 * @property {string} moderator
 * @property {number} message_id
 * @property {string} screen_name
 * @property {string} message
 * @property {string} message_type
 * @property {string} arrived_at
 *
 * @typedef {object} Answer what a decision is answered
 * @property {boolean} ok
 * @property {boolean} [superseded]
 * @property {Status} [current]
 * @property {number} [rejected]
 * @property {number} [approved]
 * @property {number | null} [entry] the list entry that a ban or a trust made
 *
 * And these are the pages' own:
 *
 * @typedef {{ type: string, lang: string }} Filters empty strings let everything through
 * @typedef {'highlight' | 'approve' | 'reject' | 'reject-similar' | 'ban' | 'allow'} ActionKind
 * @typedef {'connecting' | 'live' | 'polling' | 'reconnecting' | 'offline'
 *   | 'signed-out' | 'forbidden' | 'missing'} LinkKind
 * @typedef {{ kind: LinkKind, since: Date }} LinkState how the page hears from the server
 * @typedef {{ text: string, login: boolean }} Note a plain sentence about what went wrong
 */
export {};
