-- Care of the directory: what was changed, places half added, files that wait for a yes.

ALTER TABLE site_changes ADD COLUMN site_id INTEGER;               -- NULL: many sites
ALTER TABLE site_changes ADD COLUMN name TEXT;                     -- the site's name then
ALTER TABLE site_changes ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE site_changes ADD COLUMN before TEXT NOT NULL DEFAULT '';
ALTER TABLE site_changes ADD COLUMN after TEXT NOT NULL DEFAULT '';
ALTER TABLE site_changes ADD COLUMN undone_by BLOB;
ALTER TABLE site_versions ADD COLUMN notices TEXT;                 -- JSON: what hung there before
ALTER TABLE site_versions ADD COLUMN stock TEXT;

CREATE INDEX site_changes_site ON site_changes (site_id, change_id);
CREATE INDEX site_versions_site ON site_versions (site_id, change_id);

-- A place that staff are adding step by step, until it is put into the list.
CREATE TABLE site_drafts (
    draft_id INTEGER PRIMARY KEY AUTOINCREMENT,
    cells TEXT NOT NULL,                 -- JSON: columns of a file -> what was said
    created_at INTEGER NOT NULL
) STRICT;

-- A file of places that staff sent and looked at, until they import it. Telegram keeps the file.
CREATE TABLE site_files (
    site_file_id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id TEXT NOT NULL,               -- Telegram's
    digest TEXT NOT NULL,                -- of the bytes that were looked at
    list_name TEXT NOT NULL,
    revision INTEGER NOT NULL,           -- of the directory when they were looked at
    created_at INTEGER NOT NULL
) STRICT;

-- What somebody says is wrong with a place, until staff have decided; then its words and chat are gone.
CREATE TABLE corrections (
    correction_id INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id INTEGER NOT NULL UNIQUE,   -- processed twice, kept once
    site_id INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
    kind TEXT NOT NULL,
    need TEXT,
    words BLOB,                          -- sealed
    chat BLOB,                           -- only if they want to hear what became of it
    language TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected'))
) STRICT;

-- Who answers for a place: they agreed to be asked now and then whether all is still right.
CREATE TABLE site_contacts (
    site_id INTEGER PRIMARY KEY REFERENCES sites ON DELETE CASCADE,
    chat BLOB NOT NULL,
    language TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

CREATE INDEX site_contacts_chat ON site_contacts (chat);

-- Links that staff made for somebody to become a contact; each works once.
CREATE TABLE site_invites (
    token TEXT PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When somebody was last asked about a place.
CREATE TABLE site_asks (
    site_id INTEGER PRIMARY KEY REFERENCES sites ON DELETE CASCADE,
    asked_on TEXT NOT NULL               -- local date
) STRICT;
