"""From templates and labels to the words of one message."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content import dates
from bot.content.catalogs import Translations
from bot.content.files import layers
from bot.content.labels import LANGUAGE_NAMES, Label, section_label
from bot.models import Language, Section

_SUFFIX = ".html.j2"
_SPACES_AT_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


class Words:
    """All templates and labels in both languages, a coalition's own laid over the default."""

    def __init__(self, content_dir: Path | None = None) -> None:
        folders = layers("templates", content_dir)
        self._translations = {lang: Translations(lang, content_dir) for lang in Language}
        self._environments = {lang: self._environment(folders, lang) for lang in Language}

    def render(self, template: str, language: Language, **values: object) -> str:
        """Return the words of a template such as "public/naloxone", tidied for Telegram."""
        text = self._environments[language].get_template(template + _SUFFIX).render(values)
        return _tidy(text)

    def label(self, key: Label | str, language: Language, **values: object) -> str:
        """Return the plain text of a label; values fill its placeholders."""
        label = key if isinstance(key, Label) else Label.of(key)
        text = self._translations[language].gettext(label.value)
        return text % values if values else text

    def section(self, section: Section, language: Language) -> str:
        """Return the name of a section of the e-blast."""
        return self.label(section_label(section), language)

    def language_name(self, named: Language, language: Language) -> str:
        """Return what a language calls another one."""
        return self.label(f"in_{named}", language)

    def templates(self) -> list[str]:
        """Return the names of all templates but the parts that others include ("_name")."""
        names = self._environments[Language.EN].list_templates(extensions=["j2"])
        return [n.removesuffix(_SUFFIX) for n in names if not n.split("/")[-1].startswith("_")]

    def _environment(self, folders: list[Path], language: Language) -> Environment:
        # Parents first: FileSystemLoader takes the first match, and the coalition's own must win.
        environment = Environment(
            loader=FileSystemLoader(folders[::-1]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        environment.policies["ext.i18n.trimmed"] = True
        words = self._translations[language]
        environment.extend(newstyle_gettext=True)
        environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
            words.gettext,
            words.ngettext,
            newstyle=True,
            pgettext=words.pgettext,
            npgettext=words.npgettext,
        )
        tools = self._tools(language)
        environment.filters.update(tools)
        environment.globals.update(tools, language=language, language_names=LANGUAGE_NAMES)
        return environment

    def _tools(self, language: Language) -> Mapping[str, object]:
        """Return what templates may use as filters and functions, bound to the language."""

        def date_(value: date) -> str:
            return dates.date_text(value, language)

        def time_(value: datetime, zone: ZoneInfo) -> str:
            return dates.time_text(value, language, zone)

        def datetime_(value: datetime, zone: ZoneInfo) -> str:
            return dates.datetime_text(value, language, zone)

        def tg_time(value: datetime, zone: ZoneInfo) -> str:
            return dates.tg_time(value, language, zone)

        return {
            "date": date_,
            "time": time_,
            "datetime": datetime_,
            "tg_time": tg_time,
            "month": partial(dates.month_text, language=language),
            "partial_date": partial(dates.partial_date_text, language=language),
            "hours": partial(dates.hours_text, language=language),
            "zone_name": dates.zone_text,
            "number": dates.number_text,
            "section": partial(self.section, language=language),
            "label": partial(self.label, language=language),
            "language_name": partial(self.language_name, language=language),
        }


def _tidy(text: str) -> str:
    """Return text without blank lines at its ends and with at most one between paragraphs."""
    return _EMPTY_LINES.sub("\n\n", _SPACES_AT_LINE_END.sub("", text)).strip()
