-- Which sites were touched at which revision of the directory, so that its index can follow.

CREATE TABLE site_touched (
    site_id INTEGER PRIMARY KEY,         -- also of a site that is gone
    revision INTEGER NOT NULL
) STRICT;

CREATE INDEX site_touched_revision ON site_touched (revision);

-- The stops of a van, by who runs it.
CREATE INDEX sites_stops ON sites (organization_id) WHERE mobile = 1;
