"""Write the catalogue: import files as new versions."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import differences, document_kinds, figures, files, foresight, lookups, queries, service_file
from app.catalogue.differences import Difference, DocumentChange
from app.catalogue.document_terms import DocumentKind
from app.catalogue.document_text import Called
from app.catalogue.documents import EXAMPLE, CaseClass, Service
from app.catalogue.figures import Decision
from app.catalogue.files import Document, DocumentRefused
from app.catalogue.lookups import Catalogue
from app.catalogue.models import CatalogueDocument, CatalogueVersion
from app.catalogue.names import called_by
from app.core import clock, revisions
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import Person
from app.core.transaction import breathe
from workflows.words import Words

CODES_MOST = 12  # in the audit
NOTE_MOST = 300


class DifferenceChanged(Conflict):
    """目录在您查看之后又有变化，请重新核对差异后再导入。"""

    code = "difference_changed"
    en = "The catalogue has changed since you looked: check the difference again before you import."


Weigh = Callable[[Catalogue, Collection[str] | None], Iterable[Words]]
_weigh: dict[str, Weigh] = {}


def weigh_with(kind: DocumentKind, look: Weigh) -> None:
    """Let a later room warn of what of a kind of documents does not fit these classes or, with None, any."""
    _weigh[kind] = look


Refuse = Callable[[Catalogue, Collection[str]], Mapping[str, list[Words]]]
_refuse: list[Refuse] = []


def refuse_with(*looks: Refuse) -> None:
    """Let later rooms name, by field, what the services that are brought say and they cannot carry out."""
    _refuse.extend(look for look in looks if look not in _refuse)


def import_files(
    paths: Iterable[Path],
    *,
    valid_from: datetime | None = None,
    by: Person | str,
    dry_run: bool = False,
    note: str = "",
) -> Difference:
    """Import what stands in files and folders; see `import_documents`."""
    uploads = files.opened(paths)
    documents = files.read_uploads(uploads)
    with files.naming_lines(uploads):
        return import_documents(documents, valid_from=valid_from, by=by, dry_run=dry_run, note=note)


@dataclass(frozen=True)
class Comparison:
    """What some documents would change: those that say something new, and with which state they were compared."""

    difference: Difference
    documents: tuple[Document, ...]
    moment: datetime
    number: int
    note: str = ""


def import_documents(
    documents: Sequence[Document],
    *,
    valid_from: datetime | None = None,
    by: Person | str,
    dry_run: bool = False,
    note: str = "",
) -> Difference:
    """Compare documents and carry out what they change, in the running transaction; nothing on a dry run."""
    compared = compare(documents, valid_from=valid_from, note=note)
    return with_foreseen(compared) if dry_run else carry_out(compared, by=by)


def with_foreseen(compared: Comparison) -> Difference:
    """Return a difference with what it brings about beside; that takes long, and nobody who writes asks it."""
    return replace(compared.difference, remarks=(*compared.difference.remarks, *foreseen(compared)))


def foreseen(compared: Comparison) -> tuple[Words, ...]:
    """Return what some documents bring about beside what they say; of that people are asked before it is imported."""
    return foresight.whole(compared.documents)


def compare(documents: Sequence[Document], *, valid_from: datetime | None = None, note: str = "") -> Comparison:
    """Check documents alone and with what is in force, and tell which of them say something new.

    Raises DocumentRefused, with the path of every field at fault. Call it outside a transaction: it takes long, and
    others go on meanwhile.
    """
    moment, number = valid_from or clock.now(), queries.number()
    new = _load(documents)
    _check_chains(documents, new, moment)
    _check_admissions(documents, new, moment)
    together = document_kinds.gather({**document_kinds.spread(queries.catalogue(moment)), **new})
    breathe()
    services = [document.code for document in documents if document.kind == DocumentKind.SERVICE]
    wrong = dict(lookups.inconsistencies(together))
    for look in _refuse:
        breathe()
        wrong |= look(together, services)
    if wrong:
        raise DocumentRefused(fields={_place(where, documents): texts for where, texts in wrong.items()})
    breathe()
    remarks = [*lookups.remarks(together)]
    breathe()
    remarks += _weighed(together, documents)
    difference, changed = _differences(documents, moment, called_by(together.classes))
    return Comparison(Difference(difference, tuple(remarks)), changed, moment, number, note)


def _place(where: str, documents: Sequence[Document]) -> str:
    """Return where in a file that is brought something stands that is wrong beside the others."""
    for document in documents:
        named = f"{document.kind}[{document.code}]"
        if where == named or where.startswith(f"{named}."):
            rest = where.removeprefix(named)
            is_file = document.kind in files.WHOLE and document.where != named
            return f"{document.where}: {rest.removeprefix('.')}" if is_file and rest else document.where + rest
    return where


def _weighed(together: Catalogue, documents: Sequence[Document]) -> Iterable[Words]:
    """Return what later rooms warn of: of the classes that are brought, of all where a document beside them is."""
    kinds = {document.kind for document in documents}
    codes = {document.code for document in documents if document.kind == DocumentKind.CLASS}
    texts: list[Words] = []
    for kind, look in _weigh.items():
        breathe()
        which = None if kind in kinds else codes
        texts += look(together, which) if which or which is None else ()
    return texts


def carry_out(compared: Comparison, *, by: Person | str, digest: str | None = None) -> Difference:
    """Make a new version of each document that says something new, in the running transaction.

    Raises DifferenceChanged when the catalogue is not any more what they were compared with, and where `digest` is
    that of another difference. Not for cases already filed: they keep their version.
    """
    revisions.raise_("catalogue")  # first: its row lets one import wait for another
    if queries.number() != compared.number + 1 or digest not in (None, compared.difference.digest):
        raise DifferenceChanged
    if compared.documents:
        _write(compared.documents, compared.moment, by, compared.note)
        _remember(compared.documents, compared.moment, by)
        if any(document.kind == DocumentKind.CALENDARS for document in compared.documents):
            revisions.raise_("calendars")
    return compared.difference


def adopt(keys: Collection[tuple[str, str]], source: str) -> Comparison:
    """Say what it changes to adopt every example of some documents as it stands, by this source, from now on."""
    rows = [row for row in queries.in_force(clock.now()) if (row.kind, row.code) in keys]
    documents = [_document(row, figures.settle_all(json.loads(row.content), source)) for row in rows]
    return compare(documents, note=_note(source))


def settle(kind: str, code: str, version: int, source: str, decided: Mapping[int, Decision]) -> Comparison:
    """Say what it changes to set some examples of one document; raise Conflict if another version was seen."""
    called = called_by(queries.catalogue().classes)
    return change(
        kind, code, lambda old: figures.settle(old, source, decided, called), version=version, note=_note(source)
    )


def change(
    kind: str,
    code: str,
    make: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    note: str,
    version: int | None = None,
) -> Comparison:
    """Say what it changes to make something else, from now on, of what one document says now.

    Raises Conflict where it is not the version that was seen, or not in force; and what `compare` raises.
    """
    row = next((row for row in queries.in_force(clock.now()) if (row.kind, row.code) == (kind, code)), None)
    if row is None or version not in (None, row.version):
        raise Conflict
    return compare([_document(row, make(json.loads(row.content)))], note=note[:NOTE_MOST])


def _document(row: CatalogueVersion, content: Mapping[str, Any]) -> Document:
    return Document(row.kind, row.code, content, f"{row.kind}[{row.code}]")


def note_of(text: Words, because: str = "") -> str:
    """Write the note of a change: what was done, in both languages, and the words of whoever did it."""
    return f"{text!s} · {text.en}{'：' if because else ''}{because}"


def _note(source: str) -> str:
    return note_of(Words("确定示例数字，依据", "Example figures settled, by"), source)[:NOTE_MOST]


def export(kind: str | None = None, code: str | None = None, at: datetime | None = None) -> list[dict[str, object]]:
    """Return the documents in force, all or of a kind or one, as a file of `documents` that can be imported."""
    rows = queries.in_force(at or clock.now())
    wanted = (row for row in rows if kind in (None, row.kind) and code in (None, row.code))
    return [{"kind": row.kind, "code": row.code, "content": json.loads(row.content)} for row in wanted]


def export_service(code: str) -> str:
    """Return a service in force with its classes as one file that can be imported; raise NotFound."""
    rows = {(row.kind, row.code): row for row in queries.in_force(clock.now())}
    if (DocumentKind.SERVICE, code) not in rows:
        raise NotFound
    content = json.loads(rows[DocumentKind.SERVICE, code].content)
    keys = [(DocumentKind.CLASS, one) for one in content.get("classes", ())]
    return service_file.write(content, [json.loads(rows[key].content) for key in keys if key in rows])


def _differences(
    documents: Sequence[Document], moment: datetime, called: Called
) -> tuple[tuple[DocumentChange, ...], tuple[Document, ...]]:
    rows = {(row.kind, row.code): row for row in queries.in_force(moment)}
    changes: list[DocumentChange] = []
    changed: list[Document] = []
    for document in documents:
        breathe()
        row = rows.get((document.kind, document.code))
        old = json.loads(row.content) if row else None
        change = differences.compare(document.kind, document.code, old, document.content, called)
        if change:
            changes.append(change)
            changed.append(document)
    return tuple(changes), tuple(changed)


def _load(documents: Sequence[Document]) -> dict[tuple[str, str], Any]:
    """Make every document, and raise the faults of all that cannot be made at once."""
    objects: dict[tuple[str, str], Any] = {}
    faults: dict[str, Any] = {}
    for document in documents:
        breathe()
        try:
            objects[document.kind, document.code] = document_kinds.load(document)
        except DocumentRefused as refused:
            faults |= refused.fields
    if faults:
        raise DocumentRefused(fields=faults)
    return objects


def _check_chains(documents: Sequence[Document], new: Mapping[tuple[str, str], Any], moment: datetime) -> None:
    """Refuse levels that cannot hand on as they say, where a document brings others, or what they do not fit to."""
    faults: dict[str, Any] = {}
    for document in documents:
        case_class = new[document.kind, document.code]
        if isinstance(case_class, CaseClass):
            before = queries.catalogue(moment).classes.get(document.code)
            known = (
                document_kinds.chain_faults(document, before) if before and before.levels == case_class.levels else {}
            )
            new_faults = document_kinds.chain_faults(document, case_class)
            faults |= {where: texts for where, texts in new_faults.items() if where not in known}
    if faults:
        raise DocumentRefused(fields=faults)


def _check_admissions(documents: Sequence[Document], new: Mapping[tuple[str, str], Any], moment: datetime) -> None:
    """Refuse admissions that are brought as decided and name no decision with its number; stored ones stay readable."""
    faults: dict[str, Any] = {}
    for document in documents:
        service = new[document.kind, document.code]
        if isinstance(service, Service) and service.admission.source != EXAMPLE:
            before = queries.catalogue(moment).services.get(document.code)
            known = before is not None and before.admission == service.admission
            faults |= {} if known else document_kinds.admission_faults(document, service.admission)
    if faults:
        raise DocumentRefused(fields=faults)


def _remember(documents: Sequence[Document], moment: datetime, by: Person | str) -> None:
    """Enter an import in the audit: how many documents of which kinds, since when they hold, and the first codes."""
    counts = Counter(document.kind for document in documents)
    classes = [document.code for document in documents if document.kind == DocumentKind.CLASS][:CODES_MOST]
    audit.record(
        Tag.CATALOGUE_IMPORTED,
        person_id=by.person_id if isinstance(by, Person) else None,
        subject=(SubjectKind.CATALOGUE, f"{documents[0].kind}:{documents[0].code}") if len(documents) == 1 else None,
        documents=dict(counts),
        classes=classes,
        valid_from=moment.isoformat(),
    )


def _write(documents: Sequence[Document], moment: datetime, by: Person | str, note: str) -> None:
    newest = select(CatalogueVersion.kind, CatalogueVersion.code, func.max(CatalogueVersion.version)).group_by(
        CatalogueVersion.kind, CatalogueVersion.code
    )
    last = {(kind, code): version for kind, code, version in db.session.execute(newest)}
    keys = [(document.kind, document.code) for document in documents]
    db.session.add_all(CatalogueDocument(kind=kind, code=code) for kind, code in keys if (kind, code) not in last)
    db.session.flush()  # the versions name their documents
    for document in documents:
        text = document_kinds.canonical(document.content)
        db.session.add(
            CatalogueVersion(
                kind=document.kind,
                code=document.code,
                version=last.get((document.kind, document.code), 0) + 1,
                valid_from=moment,
                content=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                imported_at=clock.now(),
                imported_by=by.name if isinstance(by, Person) else by,
                note=note,
            )
        )
    db.session.flush()  # what reads next in this transaction sees them
