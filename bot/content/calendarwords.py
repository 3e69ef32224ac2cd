"""The names of days and months in both languages, plain, as people write them."""

from babel import Locale

from bot.content.normalise import plain
from bot.models import Language

_LOCALES = tuple(Locale(language) for language in Language)

# "january", "jan", "enero", "ene" …: 1 to 12
MONTHS: dict[str, int] = {
    plain(name): number
    for locale in _LOCALES
    for width in ("wide", "abbreviated")
    for number, name in locale.months["format"][width].items()
}
# "monday", "mon", "lunes" …: 0 to 6. Not "mar", which is a month, nor other short Spanish names.
WEEKDAYS: dict[str, int] = {
    **{plain(name): n for each in _LOCALES for n, name in each.days["format"]["wide"].items()},
    **{plain(name): n for n, name in Locale("en").days["format"]["abbreviated"].items()},
    "tues": 1,
    "thurs": 3,
}


def any_of(names: dict[str, int]) -> str:
    """Return a regular expression that any of these names matches, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))
