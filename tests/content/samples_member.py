"""Sample values of the templates in the room member: name -> list of dicts.

A function of the language may stand for a dict where values differ.
"""

from typing import Any

SAMPLES: dict[str, list[Any]] = {}
