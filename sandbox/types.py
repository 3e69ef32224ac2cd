"""Types that several modules share."""

from typing import Any, TypeAlias

# What json.loads gave and nobody has looked at yet: checked where it is used.
Json: TypeAlias = Any
