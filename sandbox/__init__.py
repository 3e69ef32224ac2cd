"""A stand-in for Telegram on this machine: Bot API server, people, crowd and a page."""

from sandbox.server import DEFAULT_TOKEN, Sandbox
from sandbox.world import STAFF2_ID, STAFF_GROUP_ID, STAFF_ID

__all__ = ["DEFAULT_TOKEN", "STAFF2_ID", "STAFF_GROUP_ID", "STAFF_ID", "Sandbox"]
