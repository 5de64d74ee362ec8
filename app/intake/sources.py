"""From where a report may come: who sees something reports as what they are, for others only who may."""

from collections.abc import Mapping

from app.cases.errors import ActForbidden
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from workflows.case_terms import CaseSource
from workflows.words import Words

# what the county's own people see needs no verification, so nobody else may report under these names
OWN: Mapping[CaseSource, Permission] = {
    CaseSource.WORKER: Permission.CASE_REPORT_AS_WORKER,
    CaseSource.AUXILIARY: Permission.CASE_REPORT_AS_AUXILIARY,
}


def source_of(person: Person, wanted: str | None) -> CaseSource:
    """Return the source of a person's report: the one that is said, else what they report as themselves.

    Raises ActForbidden for a source that is not theirs, Invalid where nothing is said and they only report for others.
    """
    own = [source for source, permission in OWN.items() if person.may(permission)]
    if wanted is None:
        if not own:
            raise Invalid.at(
                "source",
                Words(
                    "请说明案件从哪里来，例如 hotline（热线）、citizen（群众）。",
                    "Say where the case comes from, for instance the hotline or a citizen.",
                ),
            )
        return own[0]
    source = CaseSource.of(wanted)
    if source in OWN:
        if source not in own:
            raise ActForbidden(
                Words(
                    "您的岗位不能以“{}”的名义上报，请如实选择来源。",
                    "Your post does not report as “{}”: choose the true source.",
                ).format(source.words)
            )
    elif not person.may(Permission.CASE_REPORT_FOR):
        raise ActForbidden(
            Words(
                "只有受理员可以代群众、热线、媒体或上级登记，请以本人身份上报。",
                "Only acceptors report for others: please report it as yourself.",
            )
        )
    return source
