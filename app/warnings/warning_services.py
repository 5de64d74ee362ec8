"""What kinds of warnings ask of the services by which they are confirmed: a receipt, and of it what is summed up.

Looked at when either is brought: the document of the warnings, or a service that it names. A county that goes by the
kinds that are shipped may have other services; giving a warning then says what is lacking.
"""

from collections.abc import Collection, Iterator

from app.catalogue.document_terms import DocumentKind
from app.catalogue.documents import Round, Service
from app.catalogue.lookups import Catalogue
from app.warnings import warning_kinds
from app.warnings.queries import MOVED, RETURNED
from app.warnings.warning_kinds import WarningKind
from workflows.forms import Kind
from workflows.round_terms import RoundKind
from workflows.words import Words, plain

_KIND = DocumentKind.WARNINGS
_NO_SERVICE = Words("没有服务“{}”，预警“{}”要由它签收。", "There is no service “{}”, by which “{}” is confirmed.")
_NO_RECEIPT = Words(
    "服务“{}”没有种类为 warning 的巡查“{}”，预警“{}”要用它签收。",
    "The service “{}” has no round “{}” of kind warning, by which “{}” is confirmed.",
)
_NOT_SUMMED = Words(
    "签收巡查“{}”的表单里，{} 和 {} 要么都没有，要么都是整数：预警“{}”按它们合计转移和返回人数。",
    "The form of the receipt “{}” has neither {} nor {}, or both as integers: “{}” sums up who was moved and is back.",
)


def faults(catalogue: Catalogue, services: Collection[str]) -> dict[str, list[Words]]:
    """Name, by field, what kinds of warnings lack: those of the services that are brought; all, with other kinds."""
    document = catalogue.others.get((_KIND, _KIND))
    if document is None:
        return {}
    kinds = warning_kinds.load(document)
    brought = kinds != warning_kinds.kinds()
    wrong: dict[str, list[Words]] = {}
    for number, kind in enumerate(kinds.values()):
        if brought or kind.service in services:
            for field, at_service, text in _lacking(kind, catalogue.services.get(kind.service)):
                where = f"{_KIND}[{_KIND}].{_KIND}[{number}].{field}"
                wrong.setdefault(where if brought else at_service, []).append(text)
    return wrong


def _lacking(kind: WarningKind, service: Service | None) -> Iterator[tuple[str, str, Words]]:
    """Yield what a kind lacks: the field of the warning and that of the service that say it, and why."""
    if service is None:
        yield "service", f"service[{kind.service}]", _NO_SERVICE.format(kind.service, kind.name)
        return
    plans = f"service[{kind.service}].rounds"
    for number, plan in enumerate(service.rounds):
        if plan.code == kind.receipt and plan.kind is RoundKind.WARNING:
            if not _is_summed(plan):
                text = _NOT_SUMMED.format(plan.called, plain(MOVED), plain(RETURNED), kind.name)
                yield "receipt", f"{plans}[{number}].form", text
            return
    yield "receipt", plans, _NO_RECEIPT.format(service.name, kind.receipt, kind.name)


def _is_summed(plan: Round) -> bool:
    """Tell whether a form asks for both numbers that are summed up, or for neither."""
    kinds = [one.kind for one in plan.form if one.name in (MOVED, RETURNED)]
    return not kinds or kinds == [Kind.INTEGER, Kind.INTEGER]
