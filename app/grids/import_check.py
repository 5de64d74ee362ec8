"""Read a file of boundaries, check the tree that would come of it, say and draw what an import would do. Pure.

Seconds of work where a county is large: the web server has it done in a process of its own, see `core/apart.py`.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.grids import geojson, geojson_writer, plans
from app.grids.boundaries import Area, GridFault, check
from app.grids.coordinates import Crs
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, GridKind, Level
from app.grids.plans import GridChange, PathChange, TreePlan
from app.grids.tree import GridNode, GridTree
from workflows.words import Words


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What an import is judged by: the grids and departments there are, and the paths that whoever brings it manages.

    `paths` is None for the system itself, which manages everything.
    """

    tree: GridTree
    departments: tuple[str, ...]
    paths: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a file: every fault of it, or what importing it would do.

    `fault_numbers` are the numbers of the faults whose place is in `outlines`, which is GeoJSON for a map.
    """

    faults: tuple[GridFault, ...] = ()
    plan: TreePlan = field(default_factory=TreePlan)
    is_empty: bool = False
    notes: tuple[Words, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    fault_numbers: tuple[int, ...] = ()
    outlines: str = ""

    @property
    def refusal(self) -> GridFault | None:
        """Return why the file was not read at all."""
        return geojson.refusal(self.faults)


def judge(
    drafts: Sequence[Draft], ended: Collection[str], ground: ImportContext
) -> tuple[tuple[GridFault, ...], TreePlan]:
    """Return every fault of what the tree would be after an import; where there is none, what the import would do."""
    faults = _faults(ground.tree, drafts, frozenset(ended), ground)
    return faults, TreePlan() if faults else plans.plan(ground.tree, drafts, ended)


def judge_file(content: bytes, crs: Crs, ground: ImportContext, *, accept_offset: bool = False) -> Judgement:
    """Judge a file; features that cannot be read come first."""
    reading = geojson.read(content, crs, accept_offset=accept_offset)
    if geojson.refusal(reading.faults):
        return Judgement(reading.faults)
    if not (reading.drafts or reading.ended or reading.faults):
        return Judgement(is_empty=True)
    faults, plan = (reading.faults, TreePlan()) if reading.faults else judge(reading.drafts, reading.ended, ground)
    if not faults:
        return Judgement(plan=plan, notes=reading.notes, outlines=geojson_writer.planned(ground.tree, reading, plan))
    return Judgement(
        tuple(replace(fault, place=None) for fault in faults),
        notes=reading.notes,
        names={draft.code: draft.name for draft in reading.drafts},
        fault_numbers=tuple(number for number, fault in enumerate(faults) if geojson_writer.is_drawable(fault.place)),
        outlines=geojson_writer.faulty(ground.tree, reading, faults),
    )


def question(content: bytes, crs: Crs, ground: ImportContext, *, accept_offset: bool = False) -> dict[str, Any]:
    """Write down for another process what it is to judge."""
    return {
        "content": base64.b64encode(content).decode(),
        "crs": crs,
        "accept_offset": accept_offset,
        "nodes": (*ground.tree.current, *ground.tree.ended),
        "departments": ground.departments,
        "paths": ground.paths,
    }


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Be that process."""
    paths = question["paths"]
    tree = GridTree(map(_node, question["nodes"]))
    ground = ImportContext(tree, tuple(question["departments"]), None if paths is None else tuple(paths))
    content, crs = base64.b64decode(question["content"]), Crs(question["crs"])
    judgement = judge_file(content, crs, ground, accept_offset=question["accept_offset"])
    english = [fault.detail.en for fault in judgement.faults], [note.en for note in judgement.notes]
    return {"judgement": judgement, "english": english}


def read(answer: dict[str, Any]) -> Judgement:
    """Read what that process has written."""
    fields_of, (of_faults, of_notes) = answer["judgement"], answer["english"]
    details = (Words(fault["detail"], en) for fault, en in zip(fields_of["faults"], of_faults, strict=True))
    faults = tuple(
        GridFault(**{**fault, "detail": detail}) for fault, detail in zip(fields_of["faults"], details, strict=True)
    )
    notes = tuple(map(Words, fields_of["notes"], of_notes))
    return Judgement(**{**fields_of, "faults": faults, "notes": notes, "plan": _plan(fields_of["plan"])})


def _node(values: dict[str, Any]) -> GridNode:
    kinds = {
        "level": Level.of(values["level"]),
        "kind": GridKind.of(values["kind"]),
        "area_class": AreaClass.of(values["area_class"]),
    }
    return GridNode(**{**values, **kinds})


def _plan(values: dict[str, Any]) -> TreePlan:
    new, changed, ended = (
        tuple(GridChange(**{**one, "level": Level.of(one["level"])}) for one in values[name])
        for name in ("new", "changed", "ended")
    )
    return TreePlan(new, changed, ended, values["unchanged"], tuple(PathChange(**one) for one in values["moved"]))


def _faults(
    tree: GridTree, drafts: Sequence[Draft], ended: frozenset[str], ground: ImportContext
) -> tuple[GridFault, ...]:
    drafted = {draft.code for draft in drafts}
    current = {node.code for node in tree.current}
    unknown = Words("没有这个网格，无法停用。", "There is no such grid that could end.")
    doubled = Words("同一文件里既有边界又要停用。", "The file both draws it and ends it.")
    faults = [GridFault(code, "unknown", unknown) for code in sorted(ended - current)]
    faults += [GridFault(code, "doubled", doubled) for code in sorted(ended & drafted)]
    faults += _beyond(tree, drafts, ended, ground)
    untouched_areas: list[Area] = [area for area in tree.areas if area.code not in drafted | ended]
    areas = [*untouched_areas, *(draft.area for draft in drafts)]
    return tuple([*faults, *_unknown_departments(drafts, ground.departments), *check(areas)])


def _beyond(tree: GridTree, drafts: Sequence[Draft], ended: frozenset[str], ground: ImportContext) -> list[GridFault]:
    """Name the grids of a file that lie, or would lie, where whoever brings it manages nothing."""
    if ground.paths is None:
        return []
    text = Words("不在您的管理范围内，请从文件中去掉。", "It is not on your ground: please take it out of the file.")
    parents = {node.code: node.parent for node in tree.current} | {draft.code: draft.parent for draft in drafts}
    shapes = {draft.code: draft.geometry for draft in drafts}
    nodes = (node for code in ended | shapes.keys() if (node := tree.get(code)))
    places = [*((node.code, node.path) for node in nodes), *((code, _path_up(code, parents)) for code in shapes)]
    codes = {code for code, path in places if path and not path.startswith(ground.paths)}
    return [GridFault(code, "beyond", text, place=shapes.get(code)) for code in sorted(codes)]


def _path_up(code: str, parents: Mapping[str, str | None]) -> str | None:
    """Return the path that a grid would have; None where nothing leads up to a county, which is a fault of its own."""
    path, above = "", code
    for _ in Level:
        path = f"{above}/{path}"
        if above not in parents:
            return None
        if (next_above := parents[above]) is None:
            return path
        above = next_above
    return None


def _unknown_departments(drafts: Sequence[Draft], known: Collection[str]) -> list[GridFault]:
    named = {
        (department, draft.code)
        for draft in drafts
        for department in (draft.responsible_department, draft.trade_department)
        if department
    }
    missing = sorted((code, department) for department, code in named if department not in known)
    text = Words("没有部门 {}，请先登记。", "There is no department {}: enter it first.")
    return [GridFault(code, "department", text.format(department)) for code, department in missing]
