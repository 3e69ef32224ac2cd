"""The outbox: the courier drains it, the pacer keeps to Telegram's limits, outcomes say what an error means."""
