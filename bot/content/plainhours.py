"""Opening hours as people write them, "Mon-Fri 9am-5pm, Sat 10-2pm", as OpenStreetMap writes them.

In English and Spanish. What could be read in two ways is not read at all: "9-5" may be at night.
"""

import re

from bot.content.normalise import without_accents

_DAYS = {  # as they are after _SAME
    "Mo": "monday|mon|mo|lunes|lun",
    "Tu": "tuesday|tues|tue|tu|martes|mar",
    "We": "wednesday|weds|wed|we|miercoles|mier|mie",
    "Th": "thursday|thurs|thur|thu|th|jueves|jue",
    "Fr": "friday|fri|fr|viernes|vie",
    "Sa": "saturday|sat|sa|sabados|sabado|sab",
    "Su": "sunday|sun|su|domingos|domingo|dom",
    "Mo-Fr": "weekdays|entre semana",
    "Sa,Su": "weekends|weekend|fin semana|fines semana",
    "Mo-Su": "daily|everyday|every day|7 days a week|diario|diariamente|todos dias",
}
_CODES = {word: code for code, words in _DAYS.items() for word in words.split("|")}
_DAY = rf"(?:{'|'.join(_DAYS.values())})"
_TIME = r"(?:\d{1,2}(?::\d{2})? ?(?:am|pm)?|noon|mediodia|midnight|medianoche)"
_SPAN = rf"{_TIME} ?- ?{_TIME}"
_SHUT = r"(?:closed|cerrado)"
_DAY_LIST = rf"{_DAY}(?: ?[-,] ?{_DAY})*"
_RULE = re.compile(rf"\b({_DAY_LIST}) ?:? ?({_SPAN}(?: ?, ?{_SPAN})*|{_SHUT})(?![\w:])")
_ALL = re.compile(rf"(?:{_RULE.pattern}[ ,;.]*)+")
_PARTS = re.compile(r"(\d{1,2})(?::(\d{2}))? ?(am|pm)?")
_NAMED = {"noon": 720, "mediodia": 720, "midnight": 1440, "medianoche": 1440}
_EARLIEST = 6 * 60  # an hour without am or pm that is before it may be in the evening
_SAME = (
    (r"[–—]", "-"),
    (r"\b([ap])\. ?m\b\.?", r"\1m"),
    (r"\s+", " "),
    (r"(?<=[\w.]) (?:to|until|till|through|thru|a las?|al?|hasta) (?=\w)", "-"),
    (r" ?(?:&|\band\b|\by\b) ?", ","),
    (r"\b(?:from|open|abierto|de|los|las?|el) (?=\w)", ""),
)


def read_hours(text: str) -> str | None:
    """Return hours in OpenStreetMap's form, or None if it is not sure what is meant."""
    said = without_accents(text).lower().strip()
    for pattern, plain in _SAME:
        said = re.sub(pattern, plain, said)
    if not _ALL.fullmatch(said):
        return None
    rules = []
    for days, when in _RULE.findall(said):
        spans = [] if re.fullmatch(_SHUT, when) else [_span(each) for each in when.split(",")]
        if None in spans:
            return None
        rules.append(f"{_days(days)} {','.join(filter(None, spans)) or 'off'}")
    return "; ".join(rules)


def _days(said: str) -> str:
    words = re.split(r" ?([-,]) ?", said)
    return "".join(_CODES.get(word, word) for word in words)


def _span(said: str) -> str | None:
    """Return "09:00-17:00", None if morning and evening are not told apart."""
    first, last = (part.strip() for part in re.split(r" ?- ?", said.strip(), maxsplit=1))
    closes = _minutes(last)
    half = last[-2:] if last[-2:] in {"am", "pm"} else ""
    if half and first.rstrip()[-2:] not in {"am", "pm"} and first not in _NAMED:
        # "9-5pm" begins in the morning, "1-5pm" in the afternoon.
        later = (_minutes(first + half) or 0) >= (closes or 0)
        first += ("am" if half == "pm" else "pm") if later else half
    opens = _minutes(first)
    if opens is None or closes is None:
        return None
    clear = half or last in _NAMED or (opens >= _EARLIEST and opens < closes and ":" in said)
    return f"{_clock(opens % 1440)}-{_clock(closes or 1440)}" if clear else None


def _minutes(said: str) -> int | None:
    if said in _NAMED:
        return _NAMED[said]
    match = _PARTS.fullmatch(said)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    half = match[3] if match else None
    if minute > 59 or hour > (12 if half else 24) or (half and not hour):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
