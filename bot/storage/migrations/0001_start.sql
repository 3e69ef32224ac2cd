-- The whole database. Instants are integers, milliseconds since 1970 in UTC; dates are ISO text.
-- "chat" and "person" are sealed Telegram ids (bot/storage/sealing.py): the file names nobody.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Updates as they came, sealed, until they are answered. A row with a problem is set aside for good.
CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT
) STRICT;

CREATE TABLE members (
    member_id INTEGER PRIMARY KEY,
    chat BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('active', 'left', 'unreachable')),
    language TEXT NOT NULL,
    sections TEXT NOT NULL,          -- ids in their order, joined by commas
    joined_at INTEGER NOT NULL,
    consent_at INTEGER NOT NULL,
    consent_version TEXT NOT NULL,   -- the notice that was agreed to
    paused_until TEXT,               -- first date on which deliveries go out again
    changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX members_audience ON members (state, language, sections);

CREATE TABLE items (
    item_id INTEGER PRIMARY KEY,
    update_id INTEGER NOT NULL UNIQUE,   -- the update that brought it: processed twice, kept once
    author BLOB NOT NULL,
    section TEXT,
    language TEXT NOT NULL,
    html TEXT NOT NULL,
    media_kind TEXT CHECK (media_kind IN ('photo', 'document')),
    media_file_id TEXT,
    translation TEXT,
    until TEXT,
    standing INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('open', 'used', 'removed')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX items_open ON items (item_id) WHERE state = 'open';

CREATE TABLE broadcasts (
    broadcast_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('draft', 'approved', 'sending', 'paused', 'sent', 'cancelled')),
    local_date TEXT,                 -- the slot's date in the coalition's zone
    slot_at INTEGER,
    content_hash TEXT,
    approved_by BLOB,
    starts_at INTEGER,
    finished_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (kind, local_date)        -- a repeated hour cannot send a slot twice
) STRICT;

-- What each kind of member gets, frozen by approval: one row a message.
CREATE TABLE renditions (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts ON DELETE CASCADE,
    variant TEXT NOT NULL,           -- language:sections
    part INTEGER NOT NULL,
    content TEXT NOT NULL,           -- JSON of models.Content
    PRIMARY KEY (broadcast_id, variant, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcast_items (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts ON DELETE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items,
    PRIMARY KEY (broadcast_id, item_id)
) STRICT, WITHOUT ROWID;

-- The outbox: whatever leaves later than a direct reply. One row, one call of Telegram.
CREATE TABLE deliveries (
    delivery_id INTEGER PRIMARY KEY,
    key TEXT UNIQUE,                 -- names what must not happen twice
    broadcast_id INTEGER REFERENCES broadcasts,
    chat BLOB NOT NULL,
    part INTEGER NOT NULL DEFAULT 0, -- a later part leaves only after the earlier one
    lane INTEGER NOT NULL,
    operation TEXT NOT NULL CHECK (operation IN ('send', 'copy', 'edit', 'delete')),
    variant TEXT,                    -- the rendition, for broadcasts
    content BLOB,                    -- sealed JSON, for the others
    target_id INTEGER REFERENCES deliveries,  -- whose message to edit or delete
    thread_id INTEGER,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('pending', 'sending', 'sent', 'unreachable', 'failed', 'unconfirmed', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_at INTEGER,
    finished_at INTEGER,
    message_id INTEGER,
    reason TEXT,
    UNIQUE (broadcast_id, chat, part)
) STRICT;

CREATE INDEX deliveries_waiting ON deliveries (broadcast_id, due_at, delivery_id) WHERE state = 'pending';
CREATE INDEX deliveries_claimed ON deliveries (delivery_id) WHERE state = 'sending';
CREATE INDEX deliveries_tally ON deliveries (broadcast_id, state);
CREATE INDEX deliveries_chat ON deliveries (chat) WHERE state = 'pending';

-- Half-finished forms: what the next plain message of a person in a chat answers.
CREATE TABLE forms (
    chat BLOB NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (chat, person)
) STRICT, WITHOUT ROWID;
