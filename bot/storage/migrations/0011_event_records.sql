-- What was of events: how many came, who was trained as a number, and one message to those who came. No names of
-- participants: the tables have no place for them.

CREATE TABLE headcounts (
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    on_date TEXT NOT NULL,
    in_person INTEGER,                   -- NULL: nobody said
    online INTEGER,
    PRIMARY KEY (event_id, on_date)
) STRICT, WITHOUT ROWID;

CREATE TABLE trainings (
    training_id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER REFERENCES events ON DELETE SET NULL,  -- NULL: it was no event
    event_on TEXT,
    held_on TEXT NOT NULL,
    trained INTEGER NOT NULL,
    kits INTEGER,                        -- NULL: nobody said
    place TEXT NOT NULL,
    trainer TEXT NOT NULL,               -- an organization, a role or initials
    UNIQUE (event_id, event_on)
) STRICT;

CREATE INDEX trainings_held ON trainings (held_on);

-- Who changed a count or a training, from what to what; enough to undo it.
CREATE TABLE record_changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at INTEGER NOT NULL,
    author BLOB NOT NULL,
    about TEXT NOT NULL,                 -- "count:7:2026-12-08", "training:3", "afterword:7:2026-12-08"
    before TEXT NOT NULL,                -- as JSON; empty: there was nothing
    after TEXT NOT NULL,
    undone_at INTEGER,
    undone_by BLOB
) STRICT;

CREATE INDEX record_changes_about ON record_changes (about);
CREATE INDEX record_changes_made ON record_changes (made_at);

-- The one message that staff may write to those who came to a date.
CREATE TABLE afterwords (
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    on_date TEXT NOT NULL,
    language TEXT NOT NULL,
    content BLOB NOT NULL,
    translation BLOB,
    author BLOB NOT NULL,                -- who wrote last, so that a second person can approve
    written_at INTEGER NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (event_id, on_date)
) STRICT, WITHOUT ROWID;
