"""What stands open of rounds and warnings: duties that nobody on the roster has, a last rung that nobody answers."""

from collections.abc import Iterator

from app.admin.remarks import Remark
from app.admin.vacancies import NAMED, NEW, first
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import clock
from app.core.permissions import Permission, Person, ScopeKind
from app.grids import queries as grids
from app.grids.levels import Duty, Level
from app.grids.queries import grid_tree
from app.identity import queries as identity
from app.warnings import warning_kinds
from workflows.warning_terms import WarningRung
from workflows.words import Words, listed

ROSTER = "/admin/roster/"
_NOBODY = Words("花名册上没有{}，这些巡查没有人做：{}", "Nobody is {} on the roster, so these rounds are nobody's: {}")
_SILENT = Words(
    "{}没有人能查看预警：没有签收的网格最后无人叫应",
    "{}: nobody there looks at warnings, so the last call about grids that stay silent reaches nobody",
)


def duties(person: Person) -> Iterator[Remark]:
    """Say of each duty that a plan in force asks for and nobody has, which rounds nobody does.

    It leads to the grids of the level at which the first of them is done: there somebody is appointed.
    """
    if not person.may(Permission.GRID_ROSTER):
        return
    today, served = clock.local(clock.now()).date(), grids.duties_served()
    wanted: dict[Duty, list[Round]] = {}
    for service in catalogue.catalogue().services.values():
        for plan in service.rounds if service.admission.holds_on(today) else ():
            wanted.setdefault(Duty.of(plan.duty), []).append(plan)
    for duty, plans in wanted.items():
        if duty not in served:
            where = "" if plans[0].level is Level.GRID else f"?level={plans[0].level}"
            yield Remark(_NOBODY.format(duty.words, first([plan.called for plan in plans], NAMED)), ROSTER + where)


def last_rungs(person: Person) -> Iterator[Remark]:
    """Say at which counties nobody would be called last about a warning, where its levels call at all."""
    levels = (level for kind in warning_kinds.kinds().values() for level in kind.levels.values())
    if not any(call.to is WarningRung.COUNTY for level in levels for call in level.calls):
        return
    reached = (one for one in grid_tree().current if one.level is Level.COUNTY)
    counties = {one.code: one.name for one in reached if person.reaches(Permission.PEOPLE_READ, one.path)}
    kinds = (ScopeKind.CENTRE, ScopeKind.GRID)
    held = {code for kind in kinds for _, code in identity.holders_in(kind, [*counties], Permission.WARNING_READ)}
    silent = [name for code, name in counties.items() if code not in held]
    if silent:
        yield Remark(_SILENT.format(listed(silent)), NEW)
