"""The outbox: the courier drains it, the pacer keeps the limits, outcomes explain errors."""
