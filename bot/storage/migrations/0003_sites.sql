-- The directory: where to get naloxone and supplies. All of it is public; nothing here names who asks.

CREATE TABLE organizations (
    organization_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- What is not known is NULL or empty, never guessed.
CREATE TABLE sites (
    site_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: buttons and versions name it
    key TEXT NOT NULL UNIQUE,            -- list/id: names it for good, also in files
    digest INTEGER NOT NULL,             -- of what a file can say: tells changed from same
    origin TEXT NOT NULL CHECK (origin IN ('shipped', 'import', 'staff')),
    name TEXT NOT NULL,
    organization_id INTEGER REFERENCES organizations,
    needs TEXT NOT NULL,                 -- ids, joined by commas
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    zip_code TEXT NOT NULL,
    hours TEXT NOT NULL,                 -- OpenStreetMap's opening_hours
    mobile INTEGER NOT NULL,
    walk_in INTEGER,
    no_id INTEGER,
    free INTEGER,
    by_mail INTEGER,
    wheelchair INTEGER,
    languages TEXT NOT NULL,             -- codes, joined by commas
    phone TEXT NOT NULL,
    url TEXT NOT NULL,
    note_en TEXT NOT NULL,
    note_es TEXT NOT NULL,
    source TEXT NOT NULL,
    assured_on TEXT,
    hours_on TEXT,
    closed INTEGER NOT NULL,
    closed_until TEXT,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE site_notices (
    notice_id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
    text TEXT NOT NULL,
    until INTEGER NOT NULL,
    author BLOB NOT NULL
) STRICT;

CREATE INDEX site_notices_site ON site_notices (site_id);

-- What a site has run out of, and until when that is believed.
CREATE TABLE site_stock (
    site_id INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
    need TEXT NOT NULL,
    out_until INTEGER NOT NULL,
    PRIMARY KEY (site_id, need)
) STRICT, WITHOUT ROWID;

-- Every change of the directory, and what each site was before: enough to undo it.
CREATE TABLE site_changes (
    change_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('shipped', 'import', 'staff')),
    made_at INTEGER NOT NULL,
    author BLOB,                         -- NULL: the program, or the command line
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    undone_at INTEGER
) STRICT;

CREATE TABLE site_versions (
    change_id INTEGER NOT NULL REFERENCES site_changes ON DELETE CASCADE,
    existed INTEGER NOT NULL,            -- 0: the change added it, the rest is NULL
    site_id INTEGER NOT NULL,
    key TEXT,
    digest INTEGER,
    origin TEXT,
    name TEXT,
    organization_id INTEGER,
    needs TEXT,
    latitude REAL,
    longitude REAL,
    address TEXT,
    city TEXT,
    zip_code TEXT,
    hours TEXT,
    mobile INTEGER,
    walk_in INTEGER,
    no_id INTEGER,
    free INTEGER,
    by_mail INTEGER,
    wheelchair INTEGER,
    languages TEXT,
    phone TEXT,
    url TEXT,
    note_en TEXT,
    note_es TEXT,
    source TEXT,
    assured_on TEXT,
    hours_on TEXT,
    closed INTEGER,
    closed_until TEXT,
    changed_at INTEGER,
    PRIMARY KEY (change_id, site_id)
) STRICT, WITHOUT ROWID;
