"""Settings: the only place that reads the environment."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.clock import WeeklySlot
from bot.errors import StartupError
from bot.hours import is_valid

TELEGRAM = "https://api.telegram.org"
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_TOKEN = re.compile(r"\d+:[\w-]{20,}", re.ASCII)


class Settings(BaseSettings):
    """All settings, from the environment or the file .env; each is explained in .env.example."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    bot_token: SecretStr = SecretStr("")
    telegram_api_url: str = TELEGRAM
    database_path: Path = Path("data/bot.db")
    data_key: SecretStr = SecretStr("")
    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    staff_chat_id: int | None = None
    timezone: ZoneInfo = ZoneInfo("America/Chicago")
    eblast_slot: Annotated[WeeklySlot, NoDecode] = WeeklySlot.parse("tue 10:00")
    eblast_cutoff: Annotated[WeeklySlot, NoDecode] = WeeklySlot.parse("mon 15:00")
    undo_seconds: int = Field(default=60, ge=0, le=3600)
    two_person_approval: bool = False
    office_hours: str | None = None
    case_remind_hours: float = Field(default=2.0, gt=0, le=720)
    case_escalate_hours: float = Field(default=24.0, gt=0, le=720)
    case_quiet_days: int = Field(default=14, ge=1, le=365)
    case_keep_days: int = Field(default=30, ge=1, le=365)
    site_check_days: int = Field(default=60, ge=0, le=365)
    broadcast_rate: float = Field(default=30, gt=0, le=1000)
    unanswered_words: bool = True
    content_dir: Path | None = None
    web_host: str = "127.0.0.1"
    web_port: int | None = Field(default=None, ge=1, le=65535)
    web_url: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    sandbox_port: int = Field(default=8081, ge=0, le=65535)
    sandbox_crowd: int = Field(default=500, ge=0, le=100_000)

    @property
    def secrets(self) -> list[str]:
        """Return what no log may show: also the token's second half alone is as good as a key."""
        token = self.bot_token.get_secret_value()
        return [token, token.partition(":")[2], self.data_key.get_secret_value()]

    @field_validator("bot_token", "data_key", mode="before")
    @classmethod
    def _without_blanks(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and not _TOKEN.fullmatch(token):
            raise ValueError("copy the whole token from BotFather, a number, a colon and letters")
        return value

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = value.replace(",", " ").split()
        if not all(part.isdecimal() for part in parts):
            raise ValueError('write Telegram user ids, such as "123456789, 987654321"')
        return frozenset(int(part) for part in parts)

    @field_validator("timezone", mode="before")
    @classmethod
    def _zone(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('write an IANA zone, such as "America/Chicago"') from None

    @field_validator("eblast_slot", "eblast_cutoff", mode="before")
    @classmethod
    def _slot(cls, value: object) -> object:
        return WeeklySlot.parse(value) if isinstance(value, str) else value

    @field_validator("office_hours")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        if value is not None and not is_valid(value):
            raise ValueError('write hours such as "Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off"')
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not _is_web_address(value):
            raise ValueError("write an address that starts with https:// or http://")
        return value.rstrip("/")

    @field_validator("web_host")
    @classmethod
    def _host(cls, value: str) -> str:
        if not _HOST.fullmatch(value):
            raise ValueError('write an address of this machine, such as "127.0.0.1" or "0.0.0.0"')
        return value

    @field_validator("web_url")
    @classmethod
    def _public_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if not _is_secure_address(value):
            raise ValueError("write an address that starts with https://, without ? and #")
        if "web_port" in info.data and info.data["web_port"] is None:
            raise ValueError("set WEB_PORT, too, on which the web server listens")
        return value.rstrip("/")

    @field_validator("content_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("there is no such folder")
        return value


def load_settings() -> Settings:
    """Read the settings; raise StartupError with one sentence naming what is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{str(e['loc'][0]).upper() if e['loc'] else 'settings'}: {_sentence(e['msg'])}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise StartupError("A setting cannot be used. " + "; ".join(problems) + ".") from None
    except (OSError, UnicodeError):
        raise StartupError("The file .env cannot be read: it must be text in UTF-8.") from None


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises if it is no port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_secure_address(text: str) -> bool:
    """Return whether a link there can hold a secret: only this machine needs no encryption."""
    if not _is_web_address(text):
        return False
    parts = urlsplit(text)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    is_bare = not (parts.query or parts.fragment or parts.username or parts.password)
    return (parts.scheme == "https" or is_here) and is_bare and not re.search(r"[\s<>\"]", text)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")
