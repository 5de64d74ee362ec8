"""Bytes are kept by their hash: whole or not at all, and not swept while somebody puts them again."""

import os
import threading
import time
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest

from app.attachments.renditions import Rendition
from app.core import storage
from app.core.storage.folder import Folder
from app.core.storage.spool import InUse, Short, sha256_of

KEY = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "storage")


def put(folder: Folder, data: bytes = b"bytes", key: str = KEY) -> None:
    with folder.spool.received([data]) as waiting:
        folder.put(Rendition.ORIGINAL, key, waiting.path)


def age(folder: Folder, seconds: float, key: str = KEY) -> None:
    then = time.time() - seconds
    os.utime(folder._path(Rendition.ORIGINAL, key), (then, then))


def read(folder: Folder) -> bytes:
    with folder.open(Rendition.ORIGINAL, KEY) as stream:
        return stream.read()


def test_what_was_put_is_found_sealed_and_nothing_is_left_waiting(folder: Folder) -> None:
    put(folder)
    assert read(folder) == b"bytes"
    assert folder._path(Rendition.ORIGINAL, KEY).stat().st_mode & 0o222 == 0
    assert list(folder.spool.folder.iterdir()) == []


def test_putting_again_changes_nothing(folder: Folder) -> None:
    put(folder)
    put(folder)
    assert read(folder) == b"bytes"


def test_a_stream_is_measured_while_it_is_written(folder: Folder) -> None:
    with folder.spool.received(iter([b"a" * 10, b"b" * 100])) as waiting:
        assert (waiting.size, waiting.head) == (110, b"a" * 10 + b"b" * 22)
        assert waiting.sha256 == sha256_of(BytesIO(waiting.path.read_bytes()))
    assert not waiting.path.exists()


def test_a_stream_that_breaks_leaves_nothing(folder: Folder) -> None:
    def broken():
        yield b"some"
        raise ConnectionError

    with pytest.raises(ConnectionError), folder.spool.received(broken()):
        pass
    assert list(folder.spool.folder.iterdir()) == []


def test_only_what_lay_untouched_is_listed_and_deleted(folder: Folder) -> None:
    put(folder)
    assert list(folder.keys(Rendition.ORIGINAL, 60)) == []
    assert not folder.delete(Rendition.ORIGINAL, KEY, 60)
    age(folder, 100)
    assert list(folder.keys(Rendition.ORIGINAL, 60)) == [KEY]
    assert folder.delete(Rendition.ORIGINAL, KEY, 60)
    with pytest.raises(FileNotFoundError):
        folder.open(Rendition.ORIGINAL, KEY)


def test_a_file_put_again_between_listing_and_deleting_stays(folder: Folder) -> None:
    put(folder)
    age(folder, 100)
    listed = list(folder.keys(Rendition.ORIGINAL, 60))
    put(folder)
    assert not folder.delete(Rendition.ORIGINAL, listed[0], 60)
    assert read(folder) == b"bytes"


def test_putting_while_sweeping_never_loses_a_file(folder: Folder) -> None:
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            folder.delete(Rendition.ORIGINAL, KEY, 60)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for _ in range(200):
            put(folder)
            age(folder, 100)
            put(folder)
    except FileNotFoundError:
        pass  # `age` found it swept: the last put below must still hold
    finally:
        put(folder)
        stop.set()
        sweeper.join()
    assert read(folder) == b"bytes"


def test_an_upload_is_written_by_one_request_at_a_time(folder: Folder) -> None:
    upload_id = uuid4()
    with folder.spool.growing(upload_id, 0), pytest.raises(InUse), folder.spool.growing(upload_id, 0):
        pass


def test_bytes_a_crash_left_behind_the_offset_are_cut_off(folder: Folder) -> None:
    upload_id = uuid4()
    with folder.spool.growing(upload_id, 0) as file:
        file.write(b"counted, not counted")
    with folder.spool.growing(upload_id, 7) as file:
        file.write(b"!")
    assert b"".join(folder.spool.blocks(upload_id)) == b"counted!"


def test_bytes_that_were_counted_and_are_gone_are_not_made_up(folder: Folder) -> None:
    with pytest.raises(Short), folder.spool.growing(uuid4(), 7):
        pass


def test_the_spool_forgets_what_nobody_wrote_to(folder: Folder) -> None:
    with folder.spool.growing(uuid4(), 0) as file:
        file.write(b"old")
    assert folder.spool.sweep(60) == 0
    assert folder.spool.sweep(-1) == 1


def test_a_folder_may_have_chinese_letters_and_blanks(tmp_path: Path) -> None:
    home = tmp_path / "附件 一"
    made = storage.make(home.as_uri(), tmp_path)
    assert isinstance(made, Folder)
    assert made.root == home
