"""Read files that somebody has sent in a process of its own: YAML of some megabytes takes seconds."""

import base64
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app.catalogue import files
from app.catalogue.files import Document, DocumentRefused, UploadedFile
from app.catalogue.yaml_reader import TOO_MUCH
from app.core.apart import Apart, ProcessDied
from app.core.errors import Busy
from app.core.transaction import breathe
from app.frame.forms import flat
from workflows.words import Words

MEMORY_BYTES = 1024 * 1_048_576
CPU_SECONDS, WAIT_SECONDS = 30, 60  # of work, and beside others who work; our figures
_apart = Apart("app.catalogue.file_reader", 1, MEMORY_BYTES, CPU_SECONDS, WAIT_SECONDS)
_COSTLY = {"": [TOO_MUCH]}


def read(uploads: Sequence[UploadedFile]) -> list[Document]:
    """Return the documents of files; raise DocumentRefused naming file, line and field, or Busy."""
    reply = _reply(uploads)
    if "refused" in reply:
        raise DocumentRefused(fields={where: [Words(*text) for text in texts] for where, texts in reply["refused"]})
    return [_document(*row) for row in reply["documents"]]


@contextmanager
def naming_lines(uploads: Sequence[UploadedFile]) -> Iterator[None]:
    """Say of whatever is refused on which line of these files it stands; Busy."""
    try:
        yield
    except DocumentRefused as refused:
        lines = _reply(uploads, refused.fields)["lines"]
        raise DocumentRefused(fields=files.on_lines(refused.fields, lines)) from refused


def _reply(uploads: Sequence[UploadedFile], places: Collection[str] = ()) -> dict[str, Any]:
    question = [[upload.name, base64.b64encode(upload.content).decode()] for upload in uploads]
    try:
        return _apart.ask({"uploads": question, "places": list(places)})
    except ProcessDied as died:
        raise (DocumentRefused(fields=_COSTLY) if died.of_its_own_doing else Busy()) from died


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Be that process; contents are written as texts, for numbers in them may be larger than those between us."""
    uploads = [UploadedFile(name, base64.b64decode(content)) for name, content in question["uploads"]]
    if question["places"]:
        return {"lines": files.lines_of(uploads, question["places"])}
    try:
        documents = files.read_uploads(uploads)
    except DocumentRefused as refused:
        return {"refused": [(where, [(t, t.en) for t in flat(texts)]) for where, texts in refused.fields.items()]}
    return {"documents": [(one.kind, one.code, json.dumps(one.content), one.where) for one in documents]}


def _document(kind: str, code: str, content: str, where: str) -> Document:
    breathe()
    return Document(kind, code, json.loads(content), where)
