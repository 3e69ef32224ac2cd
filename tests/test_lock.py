"""One process on one database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StartupError
from bot.storage.lock import InstanceLock

ROOT = Path(__file__).parents[1]
HOLD = """
import sys, time
from pathlib import Path
from bot.storage.lock import InstanceLock
InstanceLock(Path(sys.argv[1])).acquire()
print("locked", flush=True)
time.sleep(60)
"""


def test_a_second_copy_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "bot.db"
    first = InstanceLock(path)
    first.acquire()
    with pytest.raises(StartupError) as refused:
        InstanceLock(path).acquire()
    assert str(refused.value) == (
        f"Another copy of the bot is using this database ({path}). Stop it first."
    )
    first.release()
    first.release()
    second = InstanceLock(path)
    second.acquire()
    second.release()


def test_the_lock_dies_with_a_process_that_is_killed(tmp_path):
    path = tmp_path / "bot.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"locked\n"
        with pytest.raises(StartupError):
            InstanceLock(path).acquire()
        holder.kill()
        holder.wait()
    lock = InstanceLock(path)
    lock.acquire()
    lock.release()


def test_a_missing_folder_is_made(tmp_path):
    lock = InstanceLock(tmp_path / "data" / "here" / "bot.db")
    lock.acquire()
    assert (tmp_path / "data" / "here" / "bot.db.lock").stat().st_mode & 0o077 == 0
    lock.release()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(StartupError, match=r"The data folder .*/data cannot be written \(.+\)\."):
        InstanceLock(tmp_path / "data" / "bot.db").acquire()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StartupError, match="cannot be written"):
        InstanceLock(tmp_path / "bot.db").acquire()
    tmp_path.chmod(0o700)


def test_a_file_system_without_locks_is_named(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StartupError, match=r"cannot be locked \(Function not implemented\)"):
        InstanceLock(tmp_path / "bot.db").acquire()
