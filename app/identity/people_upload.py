"""Import people from a sheet in a browser: look first, then carry out what was looked at.

Nothing is kept in between: the page that shows what would happen holds the file, sealed for this session, and the
confirmation is checked like the file itself once more. First passwords exist in the answer alone.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from app.audit import service as audit
from app.audit.tags import Tag
from app.core.db import db
from app.core.errors import Conflict, Invalid, Problem
from app.core.permissions import Person
from app.core.transaction import transaction
from app.frame.sheets import UPLOAD_MOST
from app.identity import passwords, people_file, people_import, tokens
from workflows.words import Words

MOST_BYTES = UPLOAD_MOST
MOST_ACCOUNTS = 1_000  # made in one transaction, in which nobody else goes on: some 75 ms
_REPORT_EVERY = 10


class PeopleFileMissing(Invalid):
    """请先选择一个 xlsx 或 csv 文件。"""

    code = "people_file_missing"
    en = "Choose an xlsx or csv file first."


class FileTooLarge(Invalid):
    """文件过大，请分成几个文件，或由系统运维人员用命令导入。"""

    code = "people_file_too_large"
    en = "The file is too large: split it, or let whoever runs the system import it by command."


class NotAsChecked(Conflict):
    """文件与检查时的不一致或页面已过期，请重新选择文件。"""

    code = "people_file_not_as_checked"
    en = "This is not the file that was checked, or the page is too old: choose the file again."


class FileFaulty(Conflict):
    """检查之后情况有了变化，没有导入任何人员。请重新检查。"""

    code = "people_file_faulty"
    en = "Something has changed since the check, and nobody was imported: check again."


@dataclass(frozen=True)
class ImportPreview:
    """What a file holds and what importing it would do; `packed` and `seal` come back with the confirmation."""

    reading: people_file.PeopleSheet
    plan: people_import.PeoplePlan
    packed: str
    seal: str


def look(content: bytes, by: Person) -> ImportPreview:
    """Check a file and change nothing. Raises PeopleFileMissing, FileTooLarge, FileRefused."""
    reading = _read(content)
    packed = base64.urlsafe_b64encode(content).decode()
    known = people_import.known(reading, by=by)
    return ImportPreview(reading, _plan(reading, known, by), packed, _seal(content, by))


def _read(content: bytes) -> people_file.PeopleSheet:
    if not content:
        raise PeopleFileMissing
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    return people_file.read_bytes(content)


def _plan(
    reading: people_file.PeopleSheet, known: people_import.AccountSnapshot, by: Person
) -> people_import.PeoplePlan:
    plan = people_import.plan(reading, known, by=by)
    if len(plan.fresh) > MOST_ACCOUNTS:
        raise FileTooLarge(
            Words(
                "一次最多新建 {} 个账号，请分成几个文件。", "At most {} new accounts at once: split the file."
            ).format(MOST_ACCOUNTS),
        )
    return plan


def unpack(packed: str, seal: str, by: Person) -> bytes:
    """Return the file that was looked at in this session; raise NotAsChecked."""
    try:
        content = base64.b64decode(packed.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAsChecked from error
    if not hmac.compare_digest(seal.encode(), _seal(content, by).encode()):
        raise NotAsChecked
    return content


class PeopleImport:
    """An import under way. Go through `steps` to carry it out; then it is either `refused` or done."""

    def __init__(self, content: bytes, by: Person) -> None:
        self._content = content
        self._by = by
        self.total = 0
        self.refused: Problem | None = None
        self.plan = people_import.PeoplePlan()
        self.passwords: str | None = None

    def steps(self) -> Iterator[int]:
        """Tell how many first passwords are made, while accounts and roles come in the one transaction at the end."""
        try:
            yield from self._carry_out()
        except Problem as problem:
            self.refused = problem

    def _carry_out(self) -> Iterator[int]:
        reading = _read(self._content)
        known = people_import.known(reading, by=self._by)
        self.plan = _plan(reading, known, self._by)
        if self.plan.faults:
            raise FileFaulty
        db.session.close()  # making passwords takes long, and no transaction stands open meanwhile
        first = {username: passwords.invent() for username in self.plan.fresh}
        self.total = len(first)
        hashes: dict[str, str] = {}
        for username, password_hash in zip(first, passwords.hash_in_turns(list(first.values())), strict=True):
            hashes[username] = password_hash
            if len(hashes) % _REPORT_EVERY == 0:
                yield len(hashes)
        rows = people_import.rows_of(self.plan, hashes)
        db.session.close()
        with transaction():
            if people_import.known(reading, by=self._by) != known:
                raise FileFaulty
            people_import.carry_out(self.plan, rows, by=self._by)
            if first:
                audit.record(Tag.EXPORT_MADE, person_id=self._by.person_id, what="first_passwords", rows=len(first))
        if first:
            rows_out = [(self.plan.fresh[username][0].name, username, word) for username, word in first.items()]
            self.passwords = base64.b64encode(people_file.passwords_book(rows_out)).decode()


def _seal(content: bytes, by: Person) -> str:
    assert by.session_id is not None  # noqa: S101 - pages are for those who are signed in
    return tokens.seal(by.session_id, content)
