"""The same promises in a bucket: whole or not at all, and not swept while somebody puts it again."""

import os
from functools import partial
from pathlib import Path

import pytest

from app.attachments.renditions import Rendition
from app.core import storage
from app.core.errors import Busy
from app.core.storage import bucket as buckets
from app.core.storage import s3
from app.core.storage.bucket import MARK_HOLDS_SECONDS, RENEWED_SECONDS, Bucket
from app.core.storage.promise import StorageAway
from tests.support.buckets import NAME, BucketServer, running

KEY = "ab" * 32
OBJECT = f"original/{KEY}"


@pytest.fixture
def bucket(bucket_server: BucketServer, tmp_path: Path) -> Bucket:
    return Bucket(NAME, bucket_server.prefix, tmp_path / "incoming")


def put(bucket: Bucket, data: bytes = b"bytes", kind: Rendition = Rendition.ORIGINAL) -> None:
    with bucket.spool.received([data]) as waiting:
        bucket.put(kind, KEY, waiting.path)


def read(bucket: Bucket) -> bytes:
    with bucket.open(Rendition.ORIGINAL, KEY) as stream:
        return stream.read()


def test_what_was_put_is_found_and_nothing_is_left_waiting_or_marked(bucket, bucket_server):
    put(bucket)
    assert read(bucket) == b"bytes"
    assert list(bucket.spool.folder.iterdir()) == []
    assert bucket_server.objects() == [OBJECT]


def test_a_large_file_comes_back_as_it_was(bucket):
    data = os.urandom(12 * 1_048_576 + 7)  # in three pieces
    put(bucket, data)
    assert read(bucket) == data


def test_what_is_not_there_is_not_found(bucket):
    assert bucket.answers()
    with pytest.raises(FileNotFoundError):
        bucket.open(Rendition.ORIGINAL, KEY)
    assert bucket.delete(Rendition.ORIGINAL, KEY)


def test_only_what_lay_untouched_is_listed_and_deleted(bucket, bucket_server, later):
    put(bucket)
    assert list(bucket.keys(Rendition.ORIGINAL, 60)) == []
    assert not bucket.delete(Rendition.ORIGINAL, KEY, 60)
    later(100)
    assert list(bucket.keys(Rendition.ORIGINAL, 60)) == [KEY]
    assert bucket.delete(Rendition.ORIGINAL, KEY, 60)
    assert bucket_server.objects() == []


def test_a_key_need_not_be_put_again_while_all_its_kinds_are_young(bucket, later):
    put(bucket)
    assert not bucket.renew(Rendition, KEY)
    put(bucket, kind=Rendition.PUBLIC)
    put(bucket, kind=Rendition.THUMB)
    assert bucket.renew(Rendition, KEY)
    later(RENEWED_SECONDS + 1)
    assert not bucket.renew(Rendition, KEY)


@pytest.mark.parametrize("moment", ["before_it_looks", "before_it_deletes", "after_another_has_swept"])
def test_bytes_put_while_they_are_being_deleted_are_asked_for_again(bucket, bucket_server, monkeypatch, moment):
    """One who sweeps, and somebody who puts the bytes at the worst moment."""
    met, plain = [], partial(monkeypatch.setattr, buckets, "age_seconds", s3.age_seconds)

    def put_meanwhile() -> None:
        plain()
        if moment == "after_another_has_swept":
            bucket.delete(Rendition.ORIGINAL, KEY)
        try:
            put(bucket)
        except Busy as busy:
            met.append(busy)

    def look(store, path):
        if moment == "before_it_looks":
            put_meanwhile()
            return s3.age_seconds(store, path)
        age = s3.age_seconds(store, path)
        put_meanwhile()
        return age

    put(bucket)
    monkeypatch.setattr(buckets, "age_seconds", look)
    gone = bucket.delete(Rendition.ORIGINAL, KEY, 60 if moment == "before_it_looks" else 0)
    assert gone == (moment != "before_it_looks")
    assert met, "whoever put was told that the bytes are kept"
    put(bucket)
    assert read(bucket) == b"bytes"
    assert bucket_server.objects() == [OBJECT]


def test_a_mark_that_a_dead_process_left_holds_nobody_up_for_long(bucket, later):
    bucket.store.put(f"deleting/{OBJECT}/left", b"")
    with pytest.raises(Busy):
        put(bucket)
    later(MARK_HOLDS_SECONDS + 1)
    put(bucket)
    assert read(bucket) == b"bytes"


def test_a_service_that_is_away_is_said_in_a_sentence(tmp_path, monkeypatch):
    home = tmp_path / "served"
    home.mkdir()
    with running(home) as server:
        for name, value in server.begin().items():
            monkeypatch.setenv(name, value)
        bucket = Bucket(NAME, server.prefix, tmp_path / "incoming")
        put(bucket)
    assert not bucket.answers()
    for act in (put, read):
        with pytest.raises(StorageAway):
            act(bucket)


def test_wrong_keys_are_not_taken_for_a_missing_photo(bucket, bucket_server, tmp_path, monkeypatch):
    put(bucket)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(StorageAway):
        read(Bucket(NAME, bucket_server.prefix, tmp_path))


@pytest.mark.parametrize("url", ["s3:///prefix", "http://a:b@example.com/x", "file://other-host/x", "/plain/path"])
def test_a_kind_of_storage_we_do_not_have_is_said_at_once_without_secrets(url, tmp_path):
    with pytest.raises(storage.NoSuchStorage, match="STORAGE_URL") as refused:
        storage.make(url, tmp_path)
    assert "a:b" not in refused.value.message


def test_a_bucket_is_made_from_its_address(tmp_path):
    made = storage.make("s3://county/a%20b/c/", tmp_path)
    assert isinstance(made, Bucket)
    assert (made.name, made.prefix, made.spool.folder) == ("county", "a b/c", tmp_path / "incoming")
