-- Answers that staff write in chat, laid over those of the files. Every word in it is meant for the
-- public; "person" is a sealed Telegram id.

CREATE TABLE answer_versions (
    version_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: buttons name it
    update_id INTEGER UNIQUE,            -- the update that brought it: processed twice, kept once
    topic TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'dropped', 'live', 'undone')),
    number INTEGER,                      -- counts what went live; the highest live one is shown
    revision INTEGER NOT NULL DEFAULT 0, -- counts the changes of a draft
    words TEXT,                          -- JSON of models.AnswerWords; NULL: what the file says
    file_digest TEXT NOT NULL,           -- of the file's text at that time; empty: there was none
    reviewed_on TEXT,                    -- of the file's text, where words is NULL
    changed_at INTEGER NOT NULL,
    UNIQUE (topic, language, number)
) STRICT;

CREATE UNIQUE INDEX answer_drafts ON answer_versions (topic, language) WHERE state = 'draft';

-- Who wrote a version and who approved it.
CREATE TABLE answer_people (
    version_id INTEGER NOT NULL REFERENCES answer_versions ON DELETE CASCADE,
    person BLOB NOT NULL,
    deed TEXT NOT NULL CHECK (deed IN ('wrote', 'approved')),
    PRIMARY KEY (version_id, person, deed)
) STRICT, WITHOUT ROWID;

-- Which answers helped, by the digest of their words: counts, and nothing of who said so.
CREATE TABLE answer_votes (
    topic TEXT NOT NULL,
    language TEXT NOT NULL,
    digest TEXT NOT NULL,
    helpful INTEGER NOT NULL DEFAULT 0,
    unhelpful INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, language, digest)
) STRICT, WITHOUT ROWID;

-- Questions without an answer: their everyday words in alphabetical order, and nothing of who asked.
CREATE TABLE unanswered (
    week_of TEXT NOT NULL,               -- its Monday
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (week_of, language, words)
) STRICT, WITHOUT ROWID;
