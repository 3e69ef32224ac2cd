"""Telegram's wire: requests over aiohttp, and the receiver that loses no update."""
