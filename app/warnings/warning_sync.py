"""The warnings that phones follow: those of the grounds that their owners look after, until some time after their end.

Whoever confirms one has its receipt among their rounds.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.core import clock
from app.core.digests import canonical, digest
from app.core.permissions import Permission, Person
from app.grids.queries import grid_tree
from app.intake.sync_table import Stream
from app.warnings import queries, warning_views
from app.warnings.models import WarningRow
from app.warnings.schemas import WarningSummaryOut

ON_PHONE = timedelta(days=30)  # so long after its end a phone keeps a warning; our figure
_W = WarningRow


def _on_phone(person: Person) -> ColumnElement[bool]:
    recent = or_(_W.ended_at.is_(None), _W.ended_at >= clock.now() - ON_PHONE)
    return and_(queries.visible_to(person), recent)


def _mark(person: Person) -> str:
    """Return what changes whenever other warnings concern a person: their grounds, and which grids lie there."""
    own = tuple(sorted(person.grounds(Permission.WARNING_READ)))
    tree = grid_tree()
    return digest(canonical([own, sorted(one.path for one in tree.current if one.path.startswith(own))]), "sha256")


def _views(_: Person, rows: Sequence[WarningRow]) -> list[dict[str, Any]]:
    return [warning_views.summary(row) for row in rows]


STREAM = Stream(
    "warnings", Permission.WARNING_READ, WarningRow, WarningRow.warning_id, WarningRow.changed_at, _on_phone,
    queries.visible_to, _mark, _views, WarningSummaryOut,
)  # fmt: skip
