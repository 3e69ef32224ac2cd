-- One date of a series can have more or fewer seats than the others.
ALTER TABLE event_dates ADD COLUMN seats INTEGER;  -- in person; NULL: as in the series, 0: no limit
