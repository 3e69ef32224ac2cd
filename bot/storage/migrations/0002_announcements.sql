-- Announcements, alerts and what amends a broadcast; quiet hours, workgroups and alerts of members.

ALTER TABLE members ADD COLUMN quiet TEXT;                          -- "22:00-07:00", wall time
ALTER TABLE members ADD COLUMN wants_alerts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN workgroups TEXT NOT NULL DEFAULT ''; -- ids in their order, joined by commas

ALTER TABLE broadcasts ADD COLUMN author BLOB;       -- who wrote it, or asked for its approval
ALTER TABLE broadcasts ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0; -- passes pauses and quiet hours
ALTER TABLE broadcasts ADD COLUMN amends INTEGER REFERENCES broadcasts;
ALTER TABLE broadcasts ADD COLUMN audience TEXT;     -- JSON of models.AudienceFilter; null: everybody
ALTER TABLE broadcasts ADD COLUMN expires_at INTEGER; -- an alert's end: nothing leaves after it
ALTER TABLE broadcasts ADD COLUMN occasion TEXT;     -- what its time hangs on

CREATE INDEX broadcasts_amends ON broadcasts (amends) WHERE amends IS NOT NULL;

-- What staff wrote for a broadcast that is not an edition.
CREATE TABLE drafts (
    broadcast_id INTEGER PRIMARY KEY REFERENCES broadcasts ON DELETE CASCADE,
    update_id INTEGER NOT NULL UNIQUE,   -- the update that brought it: processed twice, kept once
    language TEXT NOT NULL,
    content TEXT NOT NULL,               -- JSON of models.Content
    album TEXT,                          -- Telegram's id of the album that the content is the first of
    translation TEXT,
    translation_album TEXT,
    area TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT ''
) STRICT;

-- New texts for items of an edition that has gone out, until they are sent.
CREATE TABLE amended_items (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts ON DELETE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items,
    html TEXT,
    translation TEXT,
    PRIMARY KEY (broadcast_id, item_id)
) STRICT, WITHOUT ROWID;

-- Telegram sends an album as single messages; the ones that staff sent lately, to put together.
CREATE TABLE album_parts (
    album TEXT NOT NULL,
    message_id INTEGER NOT NULL,
    media TEXT NOT NULL,                 -- JSON of models.Content: the file and its caption
    received_at INTEGER NOT NULL,
    PRIMARY KEY (album, message_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE deliveries ADD COLUMN held TEXT CHECK (held IN ('paused', 'quiet'));
ALTER TABLE deliveries ADD COLUMN message_ids TEXT;  -- JSON, where one delivery is several messages
ALTER TABLE deliveries ADD COLUMN forget INTEGER NOT NULL DEFAULT 0;  -- removed as soon as it has ended

CREATE INDEX deliveries_held ON deliveries (broadcast_id) WHERE held IS NOT NULL AND state = 'pending';
-- Also what makes a deletion cheap: each asks whether another row points at it.
CREATE INDEX deliveries_target ON deliveries (target_id) WHERE target_id IS NOT NULL;
CREATE INDEX deliveries_forgotten ON deliveries (delivery_id) WHERE forget = 1;
