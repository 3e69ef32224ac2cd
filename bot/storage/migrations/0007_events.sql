-- Events and series as people say them: local days, a local time, a zone and a rule. What is public stays
-- readable; who asked to be reminded is sealed.

ALTER TABLE members ADD COLUMN zone TEXT;  -- in which they read times; NULL: the coalition's

CREATE TABLE events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: buttons and calendars name it
    uid TEXT NOT NULL UNIQUE,            -- what calendars know it by
    update_id INTEGER UNIQUE,            -- the update that brought it: processed twice, kept once
    key TEXT UNIQUE,                     -- of what ships; NULL: staff wrote it
    by_staff INTEGER NOT NULL,           -- 1: staff wrote or changed it, so what ships leaves it alone
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'cancelled', 'removed')),
    title_en TEXT NOT NULL,
    title_es TEXT NOT NULL,
    note_en TEXT NOT NULL,
    note_es TEXT NOT NULL,
    zone TEXT,                           -- NULL, with the next four: nobody has said the time yet
    first_on TEXT,
    starts TEXT,                         -- NULL: all day
    minutes INTEGER NOT NULL,
    rule TEXT NOT NULL,                  -- as iCalendar writes it; empty: once
    place TEXT NOT NULL,
    url TEXT NOT NULL,
    languages TEXT NOT NULL,             -- codes, joined by commas
    seats INTEGER,
    revision INTEGER NOT NULL,           -- grows with every change that people can see
    changed_at INTEGER NOT NULL
) STRICT;

-- One date of a series that is not like the others.
CREATE TABLE event_dates (
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    on_date TEXT NOT NULL,               -- as the rule has it: names the date for good
    moved_to TEXT,
    starts TEXT,
    minutes INTEGER,
    cancelled INTEGER NOT NULL,
    topic_en TEXT NOT NULL,
    topic_es TEXT NOT NULL,
    place TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (event_id, on_date)
) STRICT, WITHOUT ROWID;

-- Who wants to be reminded; gone when the date is over, or with the next one if it is for all of them.
CREATE TABLE reminders (
    reminder_id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    on_date TEXT NOT NULL,
    chat BLOB NOT NULL,
    language TEXT NOT NULL,
    minutes INTEGER NOT NULL,            -- before it begins
    every INTEGER NOT NULL,
    due_at INTEGER,                      -- NULL: it has gone to the outbox, or the date is cancelled
    over_at INTEGER NOT NULL,            -- when the date is over
    UNIQUE (event_id, chat, on_date)
) STRICT;

CREATE INDEX reminders_due ON reminders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reminders_over ON reminders (over_at);
CREATE INDEX reminders_date ON reminders (event_id, on_date);
CREATE INDEX reminders_chat ON reminders (chat);

-- Thousands of reminders may wait in the outbox at once: none is looked at to find what has ended, and none is
-- sorted to find the urgent ones.
DROP INDEX deliveries_forgotten;
CREATE INDEX deliveries_forgotten ON deliveries (delivery_id)
    WHERE forget = 1 AND state NOT IN ('pending', 'sending');
CREATE INDEX deliveries_singles ON deliveries (lane, due_at, delivery_id)
    WHERE state = 'pending' AND broadcast_id IS NULL;

-- Who comes to an event, or waits for a place; gone when the date is over.
CREATE TABLE attendances (
    attendance_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- whoever comes later waits behind
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    on_date TEXT NOT NULL,
    chat BLOB NOT NULL,
    language TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('in-person', 'online')),
    standing TEXT NOT NULL CHECK (standing IN ('coming', 'waiting', 'offered')),
    offered_until INTEGER,
    over_at INTEGER NOT NULL,
    UNIQUE (event_id, on_date, chat)
) STRICT;

CREATE INDEX attendances_offered ON attendances (offered_until) WHERE offered_until IS NOT NULL;
CREATE INDEX attendances_over ON attendances (over_at);
CREATE INDEX attendances_chat ON attendances (chat);
