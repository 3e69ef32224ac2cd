-- The anonymous line to a person: cases, what was said in them, and whose messages are not wanted.

CREATE TABLE cases (
    case_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number is never given again
    person BLOB,                         -- sealed; NULL once it is erased
    state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'closed', 'erased')),
    language TEXT NOT NULL,
    claimed_by BLOB,                     -- sealed: the first name of a member of staff
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,         -- since when it is in this state
    reminded_at INTEGER,
    escalated_at INTEGER
) STRICT;

-- One open case a person.
CREATE UNIQUE INDEX cases_person ON cases (person) WHERE state IN ('waiting', 'answered');
CREATE INDEX cases_state ON cases (state, changed_at);

CREATE TABLE case_messages (
    case_message_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- buttons name it
    case_id INTEGER NOT NULL REFERENCES cases,
    part TEXT NOT NULL CHECK (part IN ('topic', 'card', 'person', 'staff', 'notice')),
    update_id INTEGER UNIQUE,            -- the update that brought it: processed twice, kept once
    chat BLOB,                           -- sealed: where it was written
    message_id INTEGER,                  -- as what it was written there
    said BLOB,                           -- sealed JSON; NULL once it is erased
    sent_at INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0   -- what became of its deliveries has been dealt with
) STRICT;

CREATE INDEX case_messages_case ON case_messages (case_id, case_message_id);
CREATE INDEX case_messages_written ON case_messages (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX case_messages_unsettled ON case_messages (case_message_id) WHERE settled = 0;

-- Whose messages staff do not want for now: muted until an instant, or banned if there is none.
CREATE TABLE silences (
    person BLOB PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases,  -- by which staff know it: no id is shown
    until INTEGER
) STRICT, WITHOUT ROWID;

ALTER TABLE deliveries ADD COLUMN about_ids TEXT;   -- JSON: messages of the chat as its target
ALTER TABLE deliveries ADD COLUMN topic_id INTEGER REFERENCES deliveries;  -- makes its topic
ALTER TABLE deliveries ADD COLUMN case_message_id INTEGER REFERENCES case_messages;

CREATE INDEX deliveries_topic ON deliveries (topic_id) WHERE topic_id IS NOT NULL;
CREATE INDEX deliveries_case ON deliveries (case_message_id) WHERE case_message_id IS NOT NULL;
CREATE INDEX deliveries_case_sent ON deliveries (message_id)
    WHERE case_message_id IS NOT NULL AND operation = 'send';
