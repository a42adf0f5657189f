-- Channels. `id` is what other tables and indexes hold: short, and never used again; `slug` is what people see.
CREATE TABLE channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slug VARCHAR(64) NOT NULL UNIQUE,
  name VARCHAR(255) NOT NULL,
  description TEXT NOT NULL,
  is_public INTEGER NOT NULL,
  emoji_auto_approve INTEGER NOT NULL,
  anonymous_label VARCHAR(64) NOT NULL,
  language_detection_enabled INTEGER NOT NULL,
  default_language VARCHAR(35) NOT NULL,
  -- BCP 47 tags, separated by commas
  likely_languages TEXT NOT NULL,
  max_age_seconds INTEGER NOT NULL,
  webhook_secret VARCHAR(64) NOT NULL,
  -- The secret before this one, and until when it is taken as well.
  old_webhook_secret VARCHAR(64),
  old_secret_until BIGINT,
  display_token VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  archived_at BIGINT,
  custom_css TEXT NOT NULL
);

-- What changes with every message, apart from what hardly ever changes: this row is rewritten thousands of
-- times a second and has to stay short.
CREATE TABLE channel_state (
  channel_id INTEGER PRIMARY KEY,
  -- Advanced by every batch that may change the queue or a feed, before anything else in the batch.
  revision BIGINT NOT NULL,
  -- The revision and the time of the last change to a feed.
  feed_revision BIGINT NOT NULL,
  feed_changed_at BIGINT NOT NULL,
  -- Advanced by every change to the settings or the lists: what compiled rules are compared with.
  settings_revision BIGINT NOT NULL,
  -- How many messages stand at each status.
  queued BIGINT NOT NULL,
  highlighted BIGINT NOT NULL,
  approved BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  -- The highest number given to a sender without a name.
  unnamed BIGINT NOT NULL
);

-- One row for the whole site.
CREATE TABLE site_state (
  id INTEGER PRIMARY KEY,
  -- Advanced by every change to the global ban list.
  global_revision BIGINT NOT NULL
);

INSERT INTO site_state (id, global_revision) VALUES (1, 1);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  -- The channel's revision when this message last changed, and when it arrived.
  revision BIGINT NOT NULL,
  arrival BIGINT NOT NULL,
  status INTEGER NOT NULL,
  -- The revision of the decision in force; NULL where none is.
  decided_revision BIGINT,
  decided_at BIGINT,
  -- The order within a status: arrival while queued, the decision's revision after it.
  position BIGINT NOT NULL,
  -- What makes a second delivery a repetition.
  seen_key VARCHAR(255) NOT NULL,
  -- 0 text, 1 reaction, 2 question
  kind INTEGER NOT NULL,
  screen_name VARCHAR(255) NOT NULL,
  -- The sender's number where they have no name.
  unnamed_number BIGINT,
  sender_id VARCHAR(255),
  central_id BIGINT,
  message TEXT NOT NULL,
  -- For a reaction, the seen key of the message it is about.
  target_key VARCHAR(255),
  language VARCHAR(35),
  profile_img TEXT,
  arrived_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX messages_by_seen_key ON messages (channel_id, seen_key);

-- What arrived since a revision is in this one, too; what happened to older messages since then is in the log.
CREATE INDEX messages_by_status ON messages (channel_id, status, position);

-- Who has no name: the same number for the same sender in a channel.
CREATE TABLE senders (
  channel_id INTEGER NOT NULL,
  sender_key VARCHAR(255) NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (channel_id, sender_key)
);

-- How Eventyay's requests fared of late, for whoever connects a channel. Written every few seconds at most.
CREATE TABLE webhook_health (
  channel_id INTEGER PRIMARY KEY,
  challenged_at BIGINT,
  accepted_at BIGINT,
  refused_at BIGINT,
  -- signature, malformed, timestamp
  refused_why VARCHAR(32)
);

-- The log: rows are added, never changed. Each says what a message was before and is after, so that undoing
-- is one more row.
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  message_id INTEGER NOT NULL,
  moderator_id BIGINT NOT NULL,
  moderator_name VARCHAR(255) NOT NULL,
  -- approve, highlight, reject, reject-similar, ban, allow, block-similar, undo
  action VARCHAR(32) NOT NULL,
  previous_status INTEGER NOT NULL,
  previous_revision BIGINT,
  previous_decided_at BIGINT,
  status INTEGER NOT NULL,
  -- What `decided_revision` and `decided_at` of the message become.
  after_revision BIGINT,
  after_decided_at BIGINT,
  decided_at BIGINT NOT NULL
);

CREATE INDEX decisions_by_revision ON decisions (channel_id, revision);

CREATE INDEX decisions_by_message ON decisions (message_id, revision);

-- For the reactions of the last seconds that were highlighted (1) or approved (2). Without the rejected ones: a
-- moderator rejects a spammer's messages by the thousand. A database without partial indexes takes all rows.
CREATE INDEX decisions_by_time ON decisions (channel_id, status, decided_at) WHERE status IN (1, 2);

CREATE TABLE drops (
  channel_id INTEGER NOT NULL,
  cause VARCHAR(32) NOT NULL,
  dropped BIGINT NOT NULL,
  PRIMARY KEY (channel_id, cause)
);

-- Ban and trust entries; `channel_id` 0 is the global list.
CREATE TABLE sender_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  -- ban, trust
  list VARCHAR(8) NOT NULL,
  -- The strongest identifier, which is what the entry matches by.
  entry_key VARCHAR(255) NOT NULL,
  screen_name VARCHAR(255) NOT NULL,
  sender_id VARCHAR(255),
  central_id BIGINT,
  added_by_id BIGINT NOT NULL,
  added_by_name VARCHAR(255) NOT NULL,
  added_at BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL DEFAULT '',
  -- From then on it matches nothing; NULL where it has no end.
  expires_at BIGINT,
  hits BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX sender_entries_by_key ON sender_entries (channel_id, list, entry_key);

CREATE INDEX sender_entries_by_end ON sender_entries (expires_at);

CREATE TABLE patterns (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  message_id INTEGER,
  added_by_id BIGINT NOT NULL,
  added_by_name VARCHAR(255) NOT NULL,
  added_at BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL DEFAULT '',
  -- From then on it matches nothing; NULL where it has no end.
  expires_at BIGINT,
  hits BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX patterns_by_channel ON patterns (channel_id);

CREATE INDEX patterns_by_end ON patterns (expires_at);

CREATE TABLE members (
  channel_id INTEGER NOT NULL,
  central_id BIGINT NOT NULL,
  username VARCHAR(255) NOT NULL,
  role VARCHAR(16) NOT NULL,
  added_by_id BIGINT NOT NULL,
  added_by_name VARCHAR(255) NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (channel_id, central_id)
);

CREATE INDEX members_by_person ON members (central_id);

-- Who has which channel's queue open, and where they are in it.
CREATE TABLE presence (
  channel_id INTEGER NOT NULL,
  central_id BIGINT NOT NULL,
  username VARCHAR(255) NOT NULL,
  focus INTEGER,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (channel_id, central_id)
);

-- What admins changed. `channel_id` 0 is the whole site.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL,
  changed_at BIGINT NOT NULL,
  by_id BIGINT NOT NULL,
  by_name VARCHAR(255) NOT NULL,
  action VARCHAR(32) NOT NULL,
  -- Whom or what it is about, and what became of it.
  about VARCHAR(255) NOT NULL,
  detail TEXT NOT NULL
);

CREATE INDEX audit_by_channel ON audit (channel_id);

-- Work that is done bit by bit by whoever has a moment: one row for each, with a lease so that it is one at a time.
CREATE TABLE chores (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- delete: a channel's remains; purge: what is older than `argument`; nightly; forget: the sender in `argument`
  kind VARCHAR(16) NOT NULL,
  argument VARCHAR(300) NOT NULL,
  due_at BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  -- How far it has come: the last message that it has looked at, and how many it has changed.
  place BIGINT NOT NULL,
  done BIGINT NOT NULL
);

CREATE INDEX chores_by_time ON chores (due_at);

CREATE INDEX chores_by_kind ON chores (kind);

INSERT INTO chores (kind, argument, due_at, leased_until, place, done) VALUES ('nightly', '', 0, 0, 0, 0);

-- Sessions, on hosts that have no key-value store of their own.
CREATE TABLE key_values (
  name VARCHAR(255) PRIMARY KEY,
  content TEXT NOT NULL,
  deadline BIGINT NOT NULL
);

CREATE INDEX key_values_by_deadline ON key_values (deadline);
