"""Taskforce Bot: a Telegram bot for overdose-prevention task forces."""

import os

# Has python-telegram-bot give every duration as a timedelta, as its next version will.
os.environ.setdefault("PTB_TIMEDELTA", "1")  # noqa: TID251 - no setting of ours
