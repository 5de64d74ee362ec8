"""Attachments that are none, and uploads in pieces whose headers say odd things."""

import base64
from itertools import product
from uuid import uuid4

import pytest

from tests.attachments.pictures import PDF
from tests.fuzz.watch import Watch
from tests.fuzz.world import PHOTO, TUS, metadata

PIECE = "application/offset+octet-stream"
FILES = {
    "nothing": b"",
    "one byte": b"\xff",
    "a line": b"<script>alert(1)</script>",
    "a head and no more": PHOTO[:20],
    "half a photo": PHOTO[: len(PHOTO) // 2],
    "a photo and more": PHOTO + b"\x00" * 100,
    "a head with noise": PHOTO[:12] + bytes(range(256)) * 40,
    "a PNG of noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "a WebP of noise": b"RIFF\xff\xff\xff\xffWEBP" + b"VP8 " * 50,
    "a HEIC of noise": b"\x00\x00\x00\x18ftypheic" + b"\x00" * 300,
    "a moving HEIC": b"\x00\x00\x00\x18ftypmsf1" + b"\x00" * 30,
    "a PDF of noise": b"%PDF-1.7\n" + b"\x00\xff" * 200,
    "a GIF": b"GIF89a" + b"\x01\x00\x01\x00" * 8,
    "a ZIP": b"PK\x03\x04" + b"\x00" * 60,
    "a PDF": PDF,
}
KINDS = ("image/jpeg", "application/pdf", "image/svg+xml", "text/html; charset=\xff", "", "image/" + "x" * 5_000)
SAID = (
    "", "purpose=", "purpose=none", "purpose=before&purpose=after", "purpose=before&lon=nan&lat=inf",
    "purpose=before&lon=1e400&lat=-1e400", "purpose=before&lon=181&lat=91", "purpose=before&lon=111.9",
    "purpose=before&taken_at=0000-00-00", "purpose=before&taken_at=2026-11-23", "purpose=before&taken_at=%00",
    "purpose=before&taken_at=9999-12-31T23:59:59%2B14:00", "purpose=before&x=y", "purpose=%ed%a0%80",
    "purpose=before&lon=%00&lat=%ff", "purpose=evidence&lon=&lat=",
)  # fmt: skip
LENGTHS = ("", "-1", "+1", "0", "1e3", "0x10", "٣", "1" * 16, "9" * 400, " 7 ", "7,7", "7.0", "\xff")
METADATA = (
    "", ",", " ", "=", "purpose", "purpose ", "purpose !", "purpose /w==", "purpose YmVmb3Jl,purpose YWZ0ZXI=",
    "case_id bm8=,attachment_id bm8=,purpose YmVmb3Jl", "\xff \xff", "a" * 4_999, "k dg==," * 500, "filename AAAA",
    "purpose " + base64.b64encode(b"\x00").decode(), "purpose " + base64.b64encode(b"\xed\xa0\x80").decode(),
)  # fmt: skip
CHECKSUMS = (
    "",
    "sha1",
    "sha1 ",
    "sha1 ?",
    "sha1 AAAA",
    "sha1 \xff",
    "sha256 " + "A" * 9_000,
    "md5 AAAA",
    "SHA1 AAAA",
    "\xff \xff",
)
OVERRIDES = ("", "patch", "CONNECT", "PATCH, DELETE", "GET", "\xff", "D" * 9_000)


@pytest.fixture
def watch(world):
    """Whoever looks at what requests leave behind."""
    return Watch(world)


def ask(world, method, path, headers=None, **more):
    """Send something as the worker."""
    headers = {**world.worker.headers, **(headers or {})}
    return world.town.client.open(f"/api/v1/{path}", method=method, headers=headers, **more)


def an_upload(world):
    """The address of an upload that has begun."""
    return f"uploads/{world.names[world.worker].uploads[0]}"


def test_a_file_that_is_no_photo_is_refused(world, watch):
    case_id = world.names[world.worker].cases[0]
    for kind, name in product(KINDS, FILES):
        path = f"cases/{case_id}/attachments/{uuid4()}?purpose=before"
        answer = ask(world, "PUT", path, {"Content-Type": kind}, data=FILES[name])
        if answer.status_code == 422 and answer.get_json()["code"] == "photo_refused":
            world.restore()  # that it was refused is remembered
        watch.nothing_broke(answer, (name, kind))


def test_what_stands_beside_a_photo_may_be_odd(world, watch):
    for said in SAID:
        path = f"cases/{world.names[world.worker].cases[0]}/attachments/{uuid4()}?{said}"
        watch.nothing_broke(ask(world, "PUT", path, data=PHOTO, content_type="image/jpeg"), said)


def test_an_upload_of_no_length_is_not_begun(world, watch):
    said = metadata(world.names[world.worker].metadata)
    for length in LENGTHS:
        headers = {**TUS, "Upload-Length": length, "Upload-Metadata": said, "Upload-Defer-Length": "1"}
        watch.nothing_broke(ask(world, "POST", "uploads", headers), length)


def test_an_upload_of_nothing_named_is_not_begun(world, watch):
    for said in METADATA:
        answer = ask(world, "POST", "uploads", {**TUS, "Upload-Length": "9", "Upload-Metadata": said})
        assert answer.status_code == 422, said
        watch.nothing_broke(answer, said)


def test_a_piece_without_a_place_is_refused(world, watch):
    for method, offset in product(("PATCH", "POST"), LENGTHS):
        headers = {**TUS, "Upload-Offset": offset, "Content-Type": PIECE, "X-HTTP-Method-Override": "PATCH"}
        watch.nothing_broke(ask(world, method, an_upload(world), headers, data=PHOTO), (method, offset))


def test_a_piece_with_an_odd_checksum_is_refused(world, watch):
    for checksum in CHECKSUMS:
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": PIECE, "Upload-Checksum": checksum}
        answer = ask(world, "PATCH", an_upload(world), headers, data=PHOTO)
        assert answer.status_code >= 400, checksum
        watch.nothing_broke(answer, checksum)


def test_a_method_nobody_means_is_refused(world, watch):
    for meant in OVERRIDES:
        answer = ask(world, "POST", an_upload(world), {**TUS, "X-HTTP-Method-Override": meant}, data=PHOTO)
        assert answer.status_code == 405, meant
        watch.nothing_broke(answer, meant)


def test_another_protocol_is_refused(world, watch):
    for method, version in product(("HEAD", "PATCH", "DELETE"), ("", "0.2.0", "1.0.0, 1.0.0", "\xff", "1" * 9_000)):
        answer = ask(world, method, an_upload(world), {"Tus-Resumable": version, "Content-Type": PIECE})
        assert answer.status_code == 412, (method, version)
        watch.nothing_broke(answer, (method, version))
