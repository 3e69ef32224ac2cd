-- A private calendar: who may read it is whoever has the link. The link itself is nowhere, only a digest of its
-- secret; whose it is stays sealed, also while it is read.

CREATE TABLE calendar_links (
    chat BLOB PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,         -- SHA-256 of the secret
    read_on TEXT NOT NULL                -- the day on which a calendar last read it, or on which it was made
) STRICT, WITHOUT ROWID;

CREATE INDEX calendar_links_read ON calendar_links (read_on);
