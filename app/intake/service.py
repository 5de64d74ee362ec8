"""Begin a case from a report; the same report again, once or fifty times, is the same case."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from marshmallow import ValidationError

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.cases import case_objects, centres, timeline
from app.cases import service as cases
from app.cases.acts import places
from app.cases.errors import CaseDiffers
from app.cases.service import ActResult, Phone
from app.cases.whole import Whole, look
from app.catalogue import class_forms
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass
from app.core.errors import Forbidden, Invalid
from app.core.hints import DROPPED
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.grids import queries as grids
from app.grids.levels import Level
from app.grids.tree import GridNode
from app.intake import citizens, named_people
from app.intake.duplicates import Near, near
from app.intake.schemas import AS_SENT, ReportIn
from app.intake.sources import OWN, source_of
from app.objects import queries as objects
from app.objects.models import ObjectRow
from workflows import case as machine
from workflows.case_terms import CaseAction
from workflows.words import Words

_NO_DRILL = Words(
    "演练案件由受理员代他人登记（来源不能是网格员、辅警本人），或在演练任务中上报。",
    "An acceptor registers a drill for others (not as a worker's own), or it is found on a round that is a drill.",
)
_NO_PHOTO = Words(
    "“{}”的照片须是这次上报的照片：请把照片编号也写入 attachments。",
    "The photos of “{}” are some of this report: name them among its attachments, too.",
)
# not in the step's data: personal data, what changes when a report is sent again, and what the step keeps beside it
_BESIDE = ("reporter", "phone_now", "phone_at", DROPPED, AS_SENT)


def submit(
    case_id: UUID, person: Person, report: Mapping[str, Any], *, on_drill: bool = False
) -> tuple[ActResult, list[Near]]:
    """Begin the case in a transaction of its own, or answer with the case that the same report has begun before.

    With a new case come open cases close by that may be the same trouble. Whatever can be found out before the
    transaction is: on SQLite all writers wait for each other. A drill is registered by whoever registers for others, or
    begins on a round that is one (`on_drill`): nobody takes their own cases out of the statistics. That one was
    registered stands in the audit.
    Raises CaseDiffers for another report under the same id, Forbidden, Invalid, PlaceOutside, ActForbidden, NoCentre.
    """
    known = look(case_id)
    if known is None:
        if not person.may(Permission.CASE_REPORT):
            raise Forbidden
        report = {**report, "source": source_of(person, report["source"])}
        registers = report["source"] not in OWN and person.may(Permission.CASE_REPORT_FOR)
        if report.get("drill") and not (on_drill or registers):
            raise Invalid.at("drill", _NO_DRILL)
        draft, named = _draft(case_id, person, report)
        close_by = _possible_duplicates(draft, person)
        with transaction():
            phone = Phone(report.get("phone_at"), report.get("phone_now"), report.get(DROPPED, ()))
            begun = cases.begin(draft, person, _request_of({**report, "form": draft["form"]}), phone)
            if begun is not None:
                named_people.keep(case_id, named)
                if draft["citizen_id"]:
                    citizens.keep(draft["citizen_id"], report["reporter"])
                if draft["drill"] and not on_drill:
                    about = (SubjectKind.CASE, case_id)
                    audit.record(Tag.DRILL_REGISTERED, person_id=person.person_id, subject=about)
                return begun, close_by
        known = look(case_id)
    if known is None:
        raise CaseDiffers
    return _same_again(known, person, report), []


def check(case_id: UUID, person: Person, report: Mapping[str, Any]) -> bool:
    """Raise what `submit` would raise before it writes, and write nothing; tell whether it would begin a case."""
    known = look(case_id)
    if known is not None:
        _same_again(known, person, report)
        return False
    if not person.may(Permission.CASE_REPORT):
        raise Forbidden
    _draft(case_id, person, {**report, "source": source_of(person, report["source"])})
    return True


def _request_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the step keeps of a report, and by which it is known again."""
    return {name: value for name, value in report.items() if name not in _BESIDE and value is not None}


def _same_again(whole: Whole, person: Person, report: Mapping[str, Any]) -> ActResult:
    """Return what came of the report the first time; raise CaseDiffers, or Forbidden for who may begin no case."""
    first = whole.past[0]
    again = timeline.as_first_loaded(first, partial(load, report[AS_SENT]))
    if again is not None and _is_first(whole, person, {**again, "source": again["source"] or whole.case.source}):
        return ActResult(whole, first.seq, first.op_id, first.hash, created=False)
    raise CaseDiffers if person.may(Permission.CASE_REPORT) else Forbidden


def _is_first(whole: Whole, person: Person, report: Mapping[str, Any]) -> bool:
    """Tell whether a report is that which began the case; citizen and who is named are no part of the digest."""
    case = whole.case
    form, named = named_people.apart(case.case_id, named_people.kept_in(case), report["form"])
    same = timeline.is_same(whole.past[0], person, CaseAction.REPORT, _request_of({**report, "form": form}))
    is_theirs = citizens.is_same(case.citizen_id, report.get("reporter")) and named_people.are_same(case, named)
    return same and is_theirs


def load(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Check a report by its schema; raise Invalid with the fields at fault."""
    try:
        loaded: dict[str, Any] = ReportIn().load(sent)
    except ValidationError as error:
        raise Invalid(fields=dict(error.normalized_messages())) from None
    return loaded


def _draft(case_id: UUID, person: Person, report: Mapping[str, Any]) -> tuple[dict[str, Any], named_people.Named]:
    """Return what is known of the case before the transaction, and apart from it whom its answers name."""
    node, lon, lat = _place(report)
    case_class = _class(person, report)
    _check_form(case_class, report, person)
    about = _object(report.get("object"), case_class, person)
    centre = centres.centre_for(node.code, case_class.first_level if case_class else Level.COUNTY)
    service = catalogue_queries.catalogue().service_of(case_class.code) if case_class else None
    for_somebody = [one.name for one in named_people.questions_of(case_class)]
    form, named = named_people.apart(case_id, for_somebody, report["form"])
    draft = {
        "case_id": case_id,
        "workflow": machine.CASE.name,
        "source": report["source"],
        "external_no": report.get("external_no"),
        "external_due_at": report.get("external_due"),
        "reporter_id": person.person_id,
        "citizen_id": uuid4() if report.get("reporter") else None,
        "service": service.code if service else None,
        "class_code": case_class.code if case_class else None,
        "catalogue_version": case_class.version if case_class else None,
        "confidential": bool(case_class and case_class.confidential),
        "grid": node.code,
        "grid_path": node.path,
        "area_class": node.area_class,
        "level": centre.level,
        "centre": centre.code,
        "lon": lon,
        "lat": lat,
        "address": report["address"],
        "description": report["description"],
        "form": form,
        "object_id": about.object_id if about else None,
        "object_identifier": about.identifier if about else None,
        "urgent": bool(case_class and case_class.urgent),
        "self_fixed": report["fixed"],
        "drill": bool(report.get("drill")),
        "found_at": report.get("found_at"),
    }
    return draft, named


def _place(report: Mapping[str, Any]) -> tuple[GridNode, float | None, float | None]:
    """Return where the case lies: the grid at a point, with the point; or the grid that was chosen, somewhere in it."""
    chosen = places.grid_in(report, "grid")
    if chosen is not None:
        return chosen, None, None
    located = grids.locate(report["lon"], report["lat"], report["crs"])
    return located.grid, located.lon, located.lat


def _class(person: Person, report: Mapping[str, Any]) -> CaseClass | None:
    """Return the class reported, if the person may report under its service."""
    code = report["class"]
    if code is None:
        if report["fixed"]:
            raise Invalid.at("class", Words("自行处置的上报须选择类别。", "What was fixed on the spot needs a class."))
        return None
    catalogue = catalogue_queries.catalogue()
    case_class = catalogue.get(code)
    if case_class is None or not case_class.offered:
        raise Invalid.at(
            "class",
            Words("没有这个类别；不确定时可选“不清楚”。", "There is no such class; leave it open if you are not sure."),
        )
    service = catalogue.service_of(code)
    if service is not None and not {held.role for held in person.assignments} & set(service.may_report):
        raise Forbidden(Words("您的岗位不能上报该服务事项。", "Your post does not report under this service."))
    return case_class


def _check_form(case_class: CaseClass | None, report: Mapping[str, Any], person: Person) -> None:
    """Judge the answers by the form of the class; where no form asks, what a platform knows besides is kept."""
    answers = report["form"]
    if case_class is None or not case_class.form:
        return
    wrong = class_forms.faults(case_class.form, answers) or objects.faults(case_class.form, answers, person)
    wrong = wrong or named_people.faults(case_class, answers)
    wrong = wrong or _photos_missing(case_class, answers, report["attachments"])
    if wrong:
        raise Invalid(fields={f"form.{name}": texts for name, texts in wrong.items()})


def _photos_missing(
    case_class: CaseClass, answers: Mapping[str, Any], attachments: Sequence[UUID]
) -> dict[str, list[Words]]:
    """Say of answers with photos that the report does not send with it: what it names has come, or is awaited."""
    sent, questions = {*attachments}, {one.name: one for one in case_class.form}
    photos = class_forms.photos_of(case_class.form, answers)
    strange = [name for name, ids in photos.items() if not {*map(UUID, ids)} <= sent]
    return {name: [_NO_PHOTO.format(questions[name].label)] for name in strange}


def _object(named: str | None, case_class: CaseClass | None, person: Person) -> ObjectRow | None:
    """Return the object that the report is about; whoever does not see it is told the same as where there is none."""
    if named is None:
        return None
    return case_objects.find(named, case_class.code if case_class else None, person, "object")


def _possible_duplicates(draft: Mapping[str, Any], person: Person) -> list[Near]:
    """Return open cases close by that may be the same trouble; none for a confidential class, or without a point."""
    if draft["confidential"] or draft["lon"] is None:
        return []
    return near(draft["lon"], draft["lat"], draft["class_code"], person)
