"""Write a service as the one file by which it is kept: itself, its classes, each source named once. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from app.catalogue.documents import EXAMPLE

_FIRST = ("code", "name", "name_en", "kind", "major")  # what people look for; the rest stands in the order of letters


def write(service: Mapping[str, Any], classes: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of the file; what is imported from it is written as the same text again."""
    sources: dict[str, str] = {}
    data: dict[str, Any] = {"service": _ordered(_citing(service, sources))}
    if classes:
        systems = Counter((one["code_system"], one["kind"]) for one in classes)
        system, kind = min(systems, key=lambda one: (-systems[one], one))
        data |= {"code_system": system, "kind": kind}
        data["classes"] = [_ordered(_citing(_row(one, system, kind), sources)) for one in classes]
    cited = {"sources": {key: name for name, key in sources.items()}} if sources else {}
    text: str = yaml.dump({**cited, **data}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118)
    return text


class _Dumper(yaml.CSafeDumper):
    """Write everything out: what is the same twice stands there twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _row(case_class: Mapping[str, Any], system: str, kind: str) -> dict[str, Any]:
    """Return a class without what it has of the file, or of its own code."""
    implied = {"code_system": system, "kind": kind, "local_code": case_class["code"]}
    return {name: value for name, value in case_class.items() if name not in implied or value != implied[name]}


def _ordered(content: dict[str, Any]) -> dict[str, Any]:
    first = [name for name in _FIRST if name in content]
    return {name: content[name] for name in [*first, *sorted(set(content) - set(first))]}


def _citing(value: Any, sources: dict[str, str]) -> Any:
    """Put a key in place of each source, in the order in which they come."""
    if isinstance(value, list):
        return [_citing(item, sources) for item in value]
    if not isinstance(value, Mapping):
        return value
    citing = {name: _citing(item, sources) for name, item in sorted(value.items())}
    if (source := citing.get("source")) is not None and source != EXAMPLE:
        citing["source"] = sources.setdefault(source, f"S{len(sources) + 1}")
    return citing
