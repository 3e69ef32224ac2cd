"""Rows and nothing else: SQL lives here and only here."""
