"""With the database in any kind of trouble, overdose help answers and staff hear of it."""

import resource
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import until

TROUBLE = "The bot's database cannot be used."
GARBAGE = b"\xde\xad\xbe\xef" * 2048


@contextmanager
def overwritten(path: Path, _pid: int):
    """The file and its log are overwritten in place."""
    files = [path, path.with_name(path.name + "-wal")]
    before = [file.read_bytes() for file in files]
    for file, content in zip(files, before, strict=True):
        with file.open("r+b") as stream:
            stream.write((GARBAGE * (len(content) // len(GARBAGE) + 1))[: len(content)])
    yield
    for file, content in zip(files, before, strict=True):
        file.write_bytes(content)


@contextmanager
def emptied(path: Path, _pid: int):
    """The file is cut to nothing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    path.open("wb").close()
    yield
    path.write_bytes(before)


@contextmanager
def replaced_by_a_folder(path: Path, _pid: int):
    """Something else has the file's name."""
    aside = path.rename(path.with_name("aside.db"))
    path.mkdir()
    yield
    path.rmdir()
    aside.rename(path)


@contextmanager
def folder_gone(path: Path, _pid: int):
    """The folder is away and cannot be made again."""
    aside = path.parent.rename(path.parent.with_name("aside"))
    path.parent.touch()
    yield
    path.parent.unlink()
    aside.rename(path.parent)


@contextmanager
def removed(path: Path, _pid: int):
    """The file and its companions are deleted; a copy is put back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = shutil.copy(path, path.with_name("copy.db"))
    for file in path.parent.glob(f"{path.name}*"):
        if file.suffix not in (".key", ".lock"):
            file.unlink()
    yield
    Path(copy).rename(path)


@contextmanager
def locked(path: Path, _pid: int):
    """Another program holds the lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def full(_path: Path, pid: int):
    """Nothing can be written any more."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


TROUBLES = [
    overwritten,
    emptied,
    replaced_by_a_folder,
    folder_gone,
    removed,
    locked,
    full,
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
async def test_overdose_help_answers_within_a_second_and_staff_hear_of_it(
    make_bot, sandbox, tmp_path, trouble
):
    nia, sam = sandbox.person("Nia"), sandbox.person("Sam")
    await sam.send("/help")
    bot = await make_bot().start()
    await sam.expect("/overdose")
    await nia.send("/eblast")
    await nia.expect("The weekly e-blast")
    with trouble(tmp_path / "data/bot.db", bot.process.pid):
        await nia.send("/overdose")
        await nia.expect("Call 911 and give naloxone now", within=1)
        await nia.send("hes not breathing")
        await nia.expect("Call 911 and give naloxone now", within=1)
        await sam.expect(TROUBLE)
        await until(lambda: " ERROR " in bot.err)
    await nia.press("Yes, send me", within=10)
    await nia.expect("You're in", within=10)
    assert await bot.end() == 0
    assert "Traceback" not in bot.output


async def test_a_bot_whose_database_is_locked_ends_in_time(make_bot, sandbox, tmp_path):
    nia = sandbox.person("Nia")
    bot = await make_bot().start()
    with locked(tmp_path / "data/bot.db", 0):
        await nia.send("/overdose")
        await nia.expect("Call 911")
        await nia.send("/eblast")
        assert await bot.end() == 0
    await make_bot().start()
    await nia.expect("The weekly e-blast")
