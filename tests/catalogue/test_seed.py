"""What we ship: valid, sourced, and about thirty classes complete in every part."""

import pytest

from app.catalogue.documents import EXAMPLE
from app.catalogue.lookups import gaps, inconsistencies, route_for
from app.grids.levels import AreaClass
from tests.factories.catalogue import SEED, seed_catalogue, seed_documents
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_terms import CheckKind, LimitKind


@pytest.fixture(scope="module")
def catalogue():
    return seed_catalogue()


@pytest.fixture(scope="module")
def complete(catalogue):
    return [each for each in catalogue.classes.values() if each.offered and not gaps(each)]


def test_the_seed_agrees_with_itself(catalogue):
    assert inconsistencies(catalogue) == {}


def test_every_row_of_the_reference_table_became_a_class(catalogue):
    systems = {}
    for each in catalogue.classes.values():
        systems.setdefault((each.code_system, each.kind), []).append(each)
    assert {key: len(found) for key, found in systems.items() if key[0] != "county"} == {
        ("national", "event"): 54,
        ("national", "component"): 69,
        ("chaoyang", "component"): 5,  # numbers counted down from 99: local, not national
        ("chaoyang", "event"): 14,
        ("unnumbered", "event"): 14,
        ("unnumbered", "component"): 17,
        ("sichuan", "event"): 7,
        ("district", "event"): 7,
        ("jiyuan", "event"): 6,
    }


def test_codes_are_unique_by_system_kind_and_number(catalogue):
    keys = [(each.code_system, each.kind, each.local_code) for each in catalogue.classes.values() if each.local_code]
    assert len(keys) == len(set(keys))
    assert catalogue.classes["0102"].name == "暴露垃圾"
    assert catalogue.classes["C0102"].name == "污水井盖"
    assert catalogue.classes["C0102"].local_code == "0102"


def figures(content, path=""):
    """Yield every object that holds a figure of time, hours, a number of photos, a value, a share or a frequency."""
    if isinstance(content, list):
        for place, item in enumerate(content):
            yield from figures(item, f"{path}[{place}]")
    elif isinstance(content, dict):
        numbers = {name for name, item in content.items() if isinstance(item, (int, float))}
        if {*LimitKind, "value", "times", "finish", "share"} & numbers or "windows" in content:
            yield path, content
        for name, item in content.items():
            yield from figures(item, f"{path}.{name}")


def test_every_figure_names_its_source_or_is_an_example():
    found = [(each.where + path, figure) for each in seed_documents() for path, figure in figures(each.content)]
    assert len(found) > 900
    assert [where for where, figure in found if not figure.get("source")] == []
    sources = {figure["source"] for _, figure in found}
    assert EXAMPLE in sources
    assert len(sources) > 8


def test_about_thirty_classes_and_more_can_be_worked_from_report_to_closure(catalogue, complete):
    assert len(complete) >= 30
    for each in complete:
        assert each.evidence is not None
        assert route_for(each, area="C", township="141025100").lead
        assert catalogue.reopen_days(each) >= 1
        for condition in each.conditions:
            assert condition.text
            assert condition.closure
            for area in AreaClass:
                for stage in CLOCKS:
                    for urgent in (False, True):
                        limit = catalogue.limit_for(each, condition.condition, area, stage, urgent)
                        assert limit.amount >= 1, (each.code, condition.condition, area, stage)
                        assert not urgent or limit.kind is LimitKind.URGENT_MINUTES, (each.code, area, stage)


def test_complete_classes_cover_town_villages_disputes_and_dangers(complete):
    codes = {each.code for each in complete}
    assert {code[:2] for code in codes} >= {"01", "02", "03", "04", "05", "C0", "GX"}
    villages = {"GX-2101", "GX-2102", "GX-2201", "GX-2303", "GX-2601"}
    dangers = {"GX-2301", "GX-2302", "GX-2105", "GX-2701", "GX-2703", "GX-2401"}
    assert codes >= villages | dangers


def test_every_way_of_checking_and_of_starting_is_in_use(complete):
    assert {each.check for each in complete} == set(CheckKind)
    assert {each.handle_starts for each in complete} == {"dispatch", "sign"}
    assert {each.self_fix for each in complete} == {each.urgent for each in complete} == {True, False}
    assert any(each.confidential for each in complete)


def test_no_shipped_class_dispatches_itself(catalogue):
    assert not any(each.auto_dispatch for each in catalogue.classes.values())


def test_every_offered_class_belongs_to_one_service(catalogue):
    assert 6 <= len(catalogue.services) <= 8
    offered = {each.code for each in catalogue.classes.values() if each.offered}
    assert offered == {code for service in catalogue.services.values() for code in service.classes}
    assert catalogue.service_of("0102").code == "urban"
    assert [each.code for each in catalogue.services.values() if each.kind == "base"] == ["urban"]


def test_a_missing_cover_has_six_hours_and_thirty_six_where_work_is_hindered(catalogue):
    cover = catalogue.get("C0102")
    first, second = (catalogue.limit_for(cover, number, "A", Stage.HANDLE) for number in ("1", "2"))
    assert (first.kind, first.amount) == (LimitKind.URGENT_MINUTES, 6 * 60)
    assert (second.kind, second.amount) == (LimitKind.URGENT_MINUTES, 36 * 60)
    assert "广州" in first.source


def test_an_illegal_building_is_stopped_punished_and_removed(catalogue):
    stages = catalogue.get("0101").condition("1").milestones
    assert [(each.text, each.limit.amount, each.limit.kind) for each in stages] == [
        ("停工", 240, LimitKind.WORK_MINUTES),
        ("已依法处罚", 7, LimitKind.WORK_DAYS),
        ("彻底拆除", 20, LimitKind.WORK_DAYS),
    ]


def test_a_dispute_is_visited_kept_confidential_and_tried_on_four_levels_in_seven_days(catalogue):
    dispute = catalogue.get("GX-2401")
    assert dispute.check is CheckKind.VISIT
    assert dispute.confidential
    assert sum(each.limit.amount for each in dispute.levels) == 7
    assert len(dispute.levels) == 4


def test_verifying_filing_and_dispatching_take_an_hour_in_town_and_two_at_its_edge(catalogue):
    for area, minutes in (("A", 60), ("B", 120)):
        parts = (catalogue.limit_for(None, None, area, stage) for stage in (Stage.VERIFY, Stage.FILE, Stage.DISPATCH))
        assert sum(each.amount for each in parts) == minutes


def test_the_seed_folder_holds_nothing_but_documents():
    assert {path.suffix for path in SEED.rglob("*") if path.is_file()} == {".yaml"}
