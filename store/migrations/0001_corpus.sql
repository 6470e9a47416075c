-- The corpus and the spool in front of it, in one file.
-- Times are microseconds since 1970 (UTC). rid = seconds since 2020 << 20 | running number within the second, so that
-- rid order is time order, for the tables and for the word index alike.

-- Narrow: what is filtered, counted and sorted by. The wide rest lies in `original`.
CREATE TABLE document (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  platform TEXT NOT NULL,
  kind TEXT NOT NULL,
  source_class TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  version TEXT NOT NULL DEFAULT '',   -- of the score, '' while there is none
  sentiment TEXT NOT NULL DEFAULT '',
  appeal TEXT NOT NULL DEFAULT '',
  event_id TEXT,
  aside INTEGER NOT NULL DEFAULT 0    -- 1: a later stage could not process it
) STRICT;
CREATE INDEX document_source ON document (source);
CREATE INDEX document_platform ON document (platform);
CREATE INDEX document_event ON document (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX document_unscored ON document (version, seen_at, id) WHERE aside = 0;
CREATE INDEX document_aside ON document (aside) WHERE aside = 1;
CREATE INDEX document_unplaced ON document (seen_at, id)
  WHERE event_id IS NULL AND version <> '' AND aside = 0;

CREATE TABLE original (
  rid INTEGER PRIMARY KEY REFERENCES document (rid) ON DELETE CASCADE,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  precision TEXT NOT NULL,
  collected_at INTEGER NOT NULL,
  author TEXT,
  voice TEXT,
  source_name TEXT,
  region TEXT,
  label TEXT,
  reposts INTEGER NOT NULL,
  comments INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  views INTEGER NOT NULL,
  rank INTEGER
) STRICT;

-- The ascii tokenizer splits at ASCII signs and spaces only, so the tokens are exactly those of store/text.py.
CREATE VIRTUAL TABLE words USING fts5 (
  title, text, content = '', contentless_delete = 1, tokenize = 'ascii'
);

CREATE TABLE score (
  rid INTEGER PRIMARY KEY REFERENCES document (rid) ON DELETE CASCADE,
  record TEXT NOT NULL
) STRICT;

-- Filters with several values a document: topic, region.
CREATE TABLE tag (
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  rid INTEGER NOT NULL REFERENCES document (rid) ON DELETE CASCADE,
  PRIMARY KEY (field, value, rid)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_document ON tag (rid);

CREATE TABLE placement (
  rid INTEGER PRIMARY KEY REFERENCES document (rid) ON DELETE CASCADE,
  document_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  copy_of TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX placement_event ON placement (event_id, at, document_id);

CREATE TABLE event (
  id TEXT PRIMARY KEY,
  heat REAL NOT NULL,
  last_at INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX event_heat ON event (heat DESC, id);

-- The last revision at which an event's members changed.
CREATE TABLE touch (event_id TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
CREATE INDEX touch_revision ON touch (revision);
CREATE TABLE clusterer (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  revision INTEGER NOT NULL,
  cursor BLOB
) STRICT;

-- The spool's own: where the spiders have been, what was set aside, how the sources are.
CREATE TABLE frontier (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejected (
  id TEXT NOT NULL,
  stage TEXT NOT NULL,
  at INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (id, stage)
) STRICT;
CREATE INDEX rejected_at ON rejected (at);
CREATE TABLE source_state (source TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE outage (
  source TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  ended_at INTEGER,
  health TEXT NOT NULL,
  PRIMARY KEY (source, begun_at)
) STRICT;
-- Ids that were here and must not come back.
CREATE TABLE tombstone (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
