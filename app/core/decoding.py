"""Turn the bytes of a request into text, or say that they are none: what cannot be decoded is never "absent"."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

import flask
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData
from werkzeug.utils import cached_property

from app.core.errors import BodyCut, Malformed
from workflows.words import Words

_BLOCK_BYTES = 64 * 1024
_FORM = Words(
    "表单内容不完整或格式不对，请刷新页面后重新提交。",
    "The form is not whole, or not in a form that can be read: reload the page and send it again.",
)
_LETTERS = Words(
    "内容不是 UTF-8 编码，读不出文字；请用 UTF-8 编码重新发送。",
    "The text is not UTF-8 and cannot be read: send it again in UTF-8.",
)


def check_text(data: bytes) -> None:
    """Raise Malformed for bytes that are no UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        raise no_text() from None


def no_text() -> Malformed:
    """Return the refusal of bytes that are no UTF-8."""
    return Malformed(_LETTERS)


class _CountedBody:
    """A request's body; one that ended early or was cut up wrongly is a BodyCut, whatever its server says of it.

    Some servers say that a body ends where the connection does: so it is counted.
    """

    def __init__(self, stream: IO[bytes], length: int | None) -> None:
        self._stream, self._missing = stream, length or 0

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does."""
        try:
            data = self._stream.read(size)
        except (RequestEntityTooLarge, RequestTimeout):
            raise
        except Exception as error:  # each server has errors of its own for it
            raise BodyCut from error
        self._missing -= len(data)
        if self._missing > 0 and (size < 0 or (size and not data)):
            raise BodyCut
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Parts(MultipartDecoder):
    """The parts of a form; a file's name may be in the letters of older Chinese programs (GBK)."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        try:
            data.decode()
        except UnicodeDecodeError:
            data = data.decode("gb18030").encode()
        return super()._parse_headers(data)


class _Forms(FormDataParser):
    """Read forms strictly: one that cannot be read is refused, where the framework would take it for an empty one."""

    def parse(self, *args: Any, **options: Any) -> Any:
        """Read a form of either kind; raise Malformed."""
        self.silent = False
        try:
            return super().parse(*args, **options)
        except UnicodeError:
            raise no_text() from None
        except ValueError:
            raise Malformed(_FORM) from None

    def _parse_urlencoded(self, stream: IO[bytes], *_: Any) -> Any:
        pairs = parse_qsl(stream.read().decode(), keep_blank_values=True, errors="strict")
        return stream, self.cls(pairs), self.cls()

    def _parse_multipart(self, stream: IO[bytes], mimetype: str, length: int | None, options: dict[str, str]) -> Any:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("no boundary")
        decoder = _Parts(boundary, self.max_form_memory_size, max_parts=self.max_form_parts)
        parts: list[tuple[Field | File, IO[bytes]]] = []
        with ExitStack() as opened:
            for event in _events(decoder, stream):
                if isinstance(event, Field | File):
                    parts.append((event, opened.enter_context(self._room(event, length))))
                elif isinstance(event, Data):
                    part, room = parts[-1]
                    room.write(event.data)
                    self._check_size(part, room)
            for _, room in parts:
                room.seek(0)
            fields = [(part.name or "", room.read().decode()) for part, room in parts if isinstance(part, Field)]
            opened.pop_all()  # the files are closed with the request
        files = [(part.name or "", _file(part, room)) for part, room in parts if isinstance(part, File)]
        return stream, self.cls(fields), self.cls(files)

    def _room(self, part: Field | File, length: int | None) -> IO[bytes]:
        if isinstance(part, Field):
            return BytesIO()
        return self.stream_factory(length, part.headers.get("content-type"), part.filename, None)

    def _check_size(self, part: Field | File, room: IO[bytes]) -> None:
        most = self.max_form_memory_size
        if isinstance(part, Field) and most is not None and room.tell() > most:
            raise RequestEntityTooLarge


def _file(part: File, room: IO[bytes]) -> FileStorage:
    return FileStorage(room, part.filename, part.name or "", headers=part.headers)


def _events(decoder: MultipartDecoder, stream: IO[bytes]) -> Iterator[Event]:
    """Yield the events of a form to its end; raise ValueError where it breaks off."""
    data: bytes | None = b""
    while data is not None:
        data = stream.read(_BLOCK_BYTES) or None
        decoder.receive_data(data)
        event = decoder.next_event()
        while not isinstance(event, NeedData | Epilogue):
            yield event
            event = decoder.next_event()


class Request(flask.Request):
    """A request whose body is read strictly."""

    form_data_parser_class = _Forms

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query; one of bytes that are no text has been refused, and the page that says so reads none."""
        try:
            return super().args
        except UnicodeDecodeError:
            return self.parameter_storage_class()

    @cached_property
    def stream(self) -> Any:
        """The body, with every way in which reading it may fail turned into a refusal."""
        return _CountedBody(super().stream, self.content_length)
