"""Taskforce Bot: a Telegram bot for overdose-prevention task forces."""
