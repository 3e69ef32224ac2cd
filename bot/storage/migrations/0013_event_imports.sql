-- Calendars of partners: what they say of an event, beside what staff make of it.

ALTER TABLE events ADD COLUMN source TEXT NOT NULL DEFAULT '';  -- the partner from whose calendar it came
ALTER TABLE events ADD COLUMN imported_on TEXT;                  -- the day on which that said so last

-- What a calendar said of an event last, so that the next one shows what the partner changed.
CREATE TABLE event_sources (
    event_id INTEGER PRIMARY KEY REFERENCES events ON DELETE CASCADE,
    told TEXT NOT NULL                   -- JSON
) STRICT;

-- A calendar that staff looked at and have not imported yet.
CREATE TABLE event_files (
    event_file_id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id TEXT NOT NULL,               -- Telegram's
    digest TEXT NOT NULL,                -- of the bytes that were looked at
    name TEXT NOT NULL,                  -- of the partner; empty: staff have not said it yet
    plan TEXT NOT NULL,                  -- a digest of what it would do
    created_at INTEGER NOT NULL
) STRICT;

-- What was brought in, and what its events were before, so that it can be taken back.
CREATE TABLE event_imports (
    event_import_id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

CREATE TABLE event_versions (
    event_import_id INTEGER NOT NULL REFERENCES event_imports ON DELETE CASCADE,
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    revision INTEGER NOT NULL,           -- of the event after the import: another one means it changed since
    before TEXT,                         -- JSON; NULL: it is new
    PRIMARY KEY (event_import_id, event_id)
) STRICT, WITHOUT ROWID;
