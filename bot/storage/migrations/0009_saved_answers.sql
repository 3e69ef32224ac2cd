-- Whose words are among the questions of a draft: what a person takes back goes from there too.
ALTER TABLE answer_versions ADD COLUMN case_id INTEGER;

CREATE INDEX answer_versions_case ON answer_versions (case_id) WHERE case_id IS NOT NULL;
