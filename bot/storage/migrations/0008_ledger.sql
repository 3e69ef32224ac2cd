-- A delivery's chat never changes while its state does: an index of all rows, not only of those that
-- wait, costs nothing when one is claimed. One of the waiting rows dirtied a page of its own for each.
DROP INDEX deliveries_chat;
CREATE INDEX deliveries_chat ON deliveries (chat);
