"""All tables of one transaction, by name."""

import sqlite3

from bot.storage.broadcasts import Broadcasts
from bot.storage.deliveries import Deliveries
from bot.storage.forms import Forms
from bot.storage.inbox import Inbox
from bot.storage.items import Items
from bot.storage.members import Members
from bot.storage.meta import Meta
from bot.storage.sealing import Sealer


class Tables:
    """What a transaction works with."""

    def __init__(self, connection: sqlite3.Connection, sealer: Sealer) -> None:
        self.broadcasts = Broadcasts(connection, sealer)
        self.deliveries = Deliveries(connection, sealer)
        self.forms = Forms(connection, sealer)
        self.inbox = Inbox(connection, sealer)
        self.items = Items(connection, sealer)
        self.members = Members(connection, sealer)
        self.meta = Meta(connection, sealer)
