"""What keeps the bot from starting is said in one clear line, with an exit code for scripts."""

import base64
import os
import sqlite3
from contextlib import closing

import pytest

from bot.__main__ import main
from bot.config import Settings
from sandbox.server import Sandbox
from tests.conftest import until
from tests.process.botprocess import BotProcess

WRONG_TOKEN = "1000000001:AAanother_token_that_nobody_gave_out0"
OTHER_BOT = "2000000002:AAsandbox_token_for_this_machine_00"
SECRETS = (WRONG_TOKEN, OTHER_BOT)


async def refusal(bot: BotProcess) -> str:
    """The one line with which a bot refuses to start."""
    await bot.launch()
    assert await bot.ended() == 1
    assert bot.out == ""
    assert bot.err.count("\n") == 1
    assert bot.err.endswith(".\n")
    assert "Traceback" not in bot.err
    assert not any(secret.partition(":")[2] in bot.err for secret in SECRETS)
    return bot.err


async def test_a_token_that_telegram_does_not_know(make_bot):
    said = await refusal(make_bot(BOT_TOKEN=WRONG_TOKEN))
    assert said == "Telegram does not accept the BOT_TOKEN: copy it again.\n"


async def test_a_second_copy_on_the_same_database(make_bot, sandbox):
    first = await make_bot().start()
    said = await refusal(make_bot())
    assert "Another copy of the bot is using this database (data/bot.db)." in said
    nia = sandbox.person("Nia")
    await nia.send("/help")
    await nia.expect("/overdose")
    assert await first.end() == 0
    assert first.err == ""


async def test_of_two_copies_with_one_token_exactly_one_goes_on(make_bot, sandbox):
    # Which one is for Polling: only a copy that has run for a minute is sure to be the older one.
    copies = [await make_bot(DATABASE_PATH=f"data{n}/bot.db").start() for n in (1, 2)]
    await until(lambda: not all(copy.runs for copy in copies))
    [gone] = [copy for copy in copies if not copy.runs]
    [other] = [copy for copy in copies if copy.runs]
    assert await gone.ended() == 1
    assert gone.err == "Another copy of the bot is running with this token. Stop it first.\n"
    nia = sandbox.person("Nia")
    await nia.send("/help")
    await nia.expect("/overdose")
    assert await other.end() == 0


async def test_a_file_where_the_data_folder_should_be(make_bot, tmp_path):
    (tmp_path / "data").touch()
    assert "The data folder data cannot be written" in await refusal(make_bot())


async def test_a_folder_where_the_database_should_be(make_bot, tmp_path):
    (tmp_path / "data/bot.db").mkdir(parents=True)
    said = await refusal(make_bot(DATA_KEY=base64.b64encode(bytes(64)).decode()))
    assert "The database data/bot.db cannot be used" in said


async def test_a_file_that_is_no_database(make_bot, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/bot.db").write_text("a shopping list, not a database\n" * 100)
    said = await refusal(make_bot(DATA_KEY=base64.b64encode(bytes(64)).decode()))
    assert "The database data/bot.db cannot be used" in said


class TestWithADatabase:
    """A bot has run here before."""

    @pytest.fixture(autouse=True)
    async def path(self, running, tmp_path):
        await running.start()
        await running.stop()
        (tmp_path / "data").mkdir()
        for file in tmp_path.glob("bot.db*"):
            file.rename(tmp_path / "data" / file.name)
        return tmp_path / "data/bot.db"

    async def test_a_newer_schema(self, make_bot, path):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")
        said = await refusal(make_bot())
        assert "written by a newer version of this program (schema 99" in said

    async def test_another_data_key(self, make_bot):
        key = base64.b64encode(bytes(range(64))).decode()
        said = await refusal(make_bot(DATA_KEY=key))
        assert "The data key does not fit this database" in said
        assert key[:20] not in said

    async def test_a_missing_key_file(self, make_bot, path):
        path.with_name("bot.db.key").unlink()
        assert "its key file data/bot.db.key is not" in await refusal(make_bot())

    async def test_the_database_of_another_bot(self, make_bot):
        async with Sandbox(token=OTHER_BOT) as other:
            said = await refusal(make_bot(BOT_TOKEN=OTHER_BOT, TELEGRAM_API_URL=other.url))
        assert "This database belongs to another bot" in said


UNUSABLE = {
    "BOT_TOKEN": ["abc", "123456", "1000000001:short", "12 34:" + "a" * 35, '"' + WRONG_TOKEN],
    "TELEGRAM_API_URL": [
        "ftp://x",
        "http://",
        "api.telegram.org",
        "http://host:port",
        "http://[x",
    ],
    "OWNER_IDS": ["bob", "12;34", "²", "-5"],
    "STAFF_CHAT_ID": ["the staff", "1.5"],
    "TIMEZONE": ["Mars/Base", "../../etc/passwd", "Central"],
    "EBLAST_SLOT": ["funday", "tue", "tue 25:00", "1"],
    "EBLAST_CUTOFF": ["mon 3pm", "[]"],
    "UNDO_SECONDS": ["-1", "soon", "1e9"],
    "BROADCAST_RATE": ["0", "fast", "nan", "inf"],
    "CONTENT_DIR": ["/nowhere/at/all"],
    "WEB_HOST": ["http://127.0.0.1", "two words"],
    "WEB_PORT": ["0", "65536", "http"],
    "WEB_URL": [
        "http://calendar.example.org",
        "calendar.example.org",
        "https://",
        "https://calendar.example.org/?a=1",
        "https://me:secret@calendar.example.org",
        "https://calendar.example.org",  # without a port to listen on
    ],
    "LOG_LEVEL": ["loud"],
    "SANDBOX_PORT": ["65536", "http"],
    "SANDBOX_CROWD": ["-1", "100001"],
    "DATA_KEY": ["short", "!" * 88],
}


@pytest.fixture
def umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in UNUSABLE.items() for value in values]
)
def test_a_setting_that_cannot_be_used_is_named(name, value, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for each in Settings.model_fields:
        monkeypatch.delenv(each.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", WRONG_TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["bot"])
    assert main() == 1
    said = capsys.readouterr().err
    assert name in said
    assert said.count("\n") == 1
    assert said.endswith(".\n")
    if name in ("BOT_TOKEN", "DATA_KEY"):
        assert value not in said


async def test_all_wrong_settings_are_named_at_once_in_one_line(make_bot):
    wrong = {name: values[0] for name, values in UNUSABLE.items() if name != "DATA_KEY"}
    said = await refusal(make_bot(**wrong))
    assert [name for name in wrong if name not in said] == []


async def test_an_env_file_that_is_not_text(make_any_bot, tmp_path):
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe\x00")
    assert "The file .env cannot be read" in await refusal(make_any_bot())
