"""What we ship: valid, sourced, and nearly all classes complete in every part."""

import re
from dataclasses import replace

import pytest
import yaml

from app.catalogue.documents import EXAMPLE
from app.catalogue.files import read
from app.catalogue.lookups import inconsistencies, is_complete, remarks, route_for
from app.grids.levels import AreaClass
from app.objects import object_kinds
from tests.factories.catalogue import SEED, seed_catalogue, seed_documents
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_terms import CheckKind, LimitKind

BOILER_PLATE = re.compile("部件缺损、移位|现场存在.*问题|^群众反映")


@pytest.fixture(scope="module")
def catalogue():
    return seed_catalogue()


@pytest.fixture(scope="module")
def complete(catalogue):
    return [each for each in catalogue.classes.values() if each.offered and is_complete(each)]


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
    assert len(sources) > 7


def test_nearly_all_classes_can_be_worked_from_report_to_closure(catalogue, complete):
    assert len(complete) >= 200
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
    assert len(catalogue.services) == 20
    offered = {each.code for each in catalogue.classes.values() if each.offered}
    assert offered == {code for service in catalogue.services.values() for code in service.classes}
    assert catalogue.service_of("0102").code == "urban"
    assert [each.code for each in catalogue.services.values() if each.kind == "base"] == ["urban"]


def test_a_rule_for_all_matters_is_noted_and_is_the_source_of_no_figure():
    for file in SEED.rglob("*.yaml"):
        named = (yaml.safe_load(file.read_text(encoding="utf-8")).get("sources") or {}).values()
        notes = [note for each in read([file]) for note in texts(each.content, "note")]
        for rule in (one["rule"] for one in named if isinstance(one, dict)):
            assert any(rule in note for note in notes), (file.name, rule)
            assert rule not in {source for each in read([file]) for source in texts(each.content, "source")}


# of a source that gives its figures by class: standards of other places, a rule on disputes alone, steps and rounds
OF_CLASSES = ("某区《", "《济源市", "高台县", "福州市", "泗县", "阿合奇县", "雁门口镇", "河北省", "开源系统")


def test_a_figure_is_an_example_or_from_a_source_that_gives_it_for_this_very_thing():
    found = [
        (each.where + path, figure["source"]) for each in seed_documents() for path, figure in figures(each.content)
    ]
    others = [(where, source) for where, source in found if source != EXAMPLE and not source.startswith(OF_CLASSES)]
    assert others == []


def texts(content, field):
    """Every text of that name, at any depth."""
    if isinstance(content, list):
        for item in content:
            yield from texts(item, field)
    elif isinstance(content, dict):
        yield from (inner for name, inner in content.items() if name == field and isinstance(inner, str))
        for inner in content.values():
            yield from texts(inner, field)


def test_every_condition_has_words_of_its_own_or_is_marked_as_a_placeholder(catalogue):
    said = {}
    for each in catalogue.classes.values():
        if each.offered:
            for condition in each.conditions:
                if not condition.placeholder and not condition.text.startswith("井盖缺损"):  # one rule for all covers
                    said.setdefault(condition.text, []).append(each.code)
                    assert not BOILER_PLATE.search(condition.text), each.code
    assert {text: codes for text, codes in said.items() if len(codes) > 1} == {}
    assert set(catalogue.placeholders) == {"0199", "0399", "0599", "SC-07"}
    assert "占位" in str(remarks(catalogue))


def test_all_but_the_catch_all_classes_have_an_owner(catalogue):
    offered = [each for each in catalogue.classes.values() if each.offered]
    nobodys = {each.code for each in offered if not each.routes}
    assert nobodys == {"0199", "0399", "0599"}  # what belongs to no other class belongs to nobody: the township decides
    assert len(offered) - len(nobodys) >= 180
    assert [each.code for each in catalogue.classes.values() if each.kind == "component" and not each.routes] == []
    owned = {code: [route.lead for route in catalogue.classes[code].routes] for code in ("C0111", "0405", "CY-901503")}
    assert {code: leads[0] for code, leads in owned.items()} == {
        "C0111": "Q-GAS", "0405": "Q-HEAT", "CY-901503": "Q-PROPERTY",
    }  # fmt: skip
    for each in offered:
        if each.code not in nobodys:
            for area in AreaClass:
                assert route_for(each, area=area, township="141025100"), (each.code, area)


def test_a_missing_cover_has_six_hours_and_thirty_six_where_work_is_hindered(catalogue):
    cover = catalogue.get("C0102")
    first, second = (catalogue.limit_for(cover, number, "A", Stage.HANDLE) for number in ("1", "2"))
    assert (first.kind, first.amount) == (LimitKind.URGENT_MINUTES, 6 * 60)
    assert (second.kind, second.amount) == (LimitKind.URGENT_MINUTES, 36 * 60)
    assert first.source == second.source == EXAMPLE
    assert all("广州" in each.note for each in cover.conditions)


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
    assert [each.who for each in dispute.levels] == [
        "grid_worker", "village_mediation", "township_centre", "township_leader",
    ]  # fmt: skip
    assert [each.lead for each in dispute.levels] == [None, "village", "township_centre", "township"]
    figures = [*(each.limit for each in dispute.levels), *dispute.conditions[0].limits.values()]
    assert {each.source for each in figures} == {EXAMPLE}


def test_levels_that_hand_on_have_departments_and_fit_into_the_time_of_the_case(catalogue):
    chains = [each for each in catalogue.classes.values() if any(level.lead for level in each.levels)]
    leads = {each.code: list(dict.fromkeys(level.lead for level in each.levels if level.lead)) for each in chains}
    assert [code for code, each in leads.items() if len(each) > 1], "some chain leads from one department to another"
    for each in chains:
        total = sum(level.limit.amount for level in each.levels)
        for area in AreaClass:
            handle = catalogue.limit_for(each, "1", area, Stage.HANDLE)
            assert {level.limit.kind for level in each.levels} == {handle.kind}, each.code
            assert total <= handle.amount, each.code
        assert total == catalogue.limit_for(each, "1", AreaClass.A, Stage.HANDLE).amount, each.code


def test_every_class_of_the_disputes_service_has_a_chain_that_ends_with_whoever_is_told(catalogue):
    for code in catalogue.services["disputes"].classes:
        levels = catalogue.get(code).levels
        assert levels, code
        leads = [level for level in levels if level.lead]
        assert leads[-1].on_late == "tell", code
        assert all(level.hands_on for level in leads[:-1]), code
        assert {level.limit.source for level in levels} == {EXAMPLE}, code
        assert len(leads) > 1, code


def test_the_clock_of_a_case_runs_through_the_whole_chain_of_its_class(catalogue):
    dispute = catalogue.get("GX-2403")
    before = catalogue.limit_for(dispute, "1", "A", Stage.CASE)
    assert (before.kind, before.amount) == (LimitKind.WORK_DAYS, 23), "20 of the condition, 3 of the centre"
    longer = [replace(level, limit=replace(level.limit, amount=10)) for level in dispute.levels]
    longer = replace(dispute, levels=tuple(longer))
    assert catalogue.limit_for(longer, "1", "A", Stage.CASE).amount == 33, "three levels of ten days each"
    assert catalogue.limit_for(longer, "1", "A", Stage.HANDLE).amount == 20, "of a lead that is none of them"
    other = [replace(longer.levels[0], limit=replace(longer.levels[0].limit, kind=LimitKind.CALENDAR_DAYS))]
    mixed = replace(longer, levels=(*other, *longer.levels[1:]))
    assert catalogue.limit_for(mixed, "1", "A", Stage.CASE).amount == 23, "other days are not added up"
    urgent = catalogue.limit_for(mixed, "1", "A", Stage.CASE, urgent=True)
    assert (urgent.kind, urgent.amount) == (LimitKind.URGENT_MINUTES, 3 * 1440 + 480), (
        "of an urgent case they are alike"
    )


def test_verifying_filing_and_dispatching_take_an_hour_in_town_and_two_at_its_edge(catalogue):
    for area, minutes in (("A", 60), ("B", 120)):
        parts = (catalogue.limit_for(None, None, area, stage) for stage in (Stage.VERIFY, Stage.FILE, Stage.DISPATCH))
        assert sum(each.amount for each in parts) == minutes


def test_the_seed_folder_holds_nothing_but_documents():
    assert {path.suffix for path in SEED.rglob("*") if path.is_file()} == {".yaml"}


def test_every_question_of_the_shipped_forms_is_asked_in_english_too(catalogue):
    forms = [each.form for each in catalogue.classes.values()]
    plans = [plan for service in catalogue.services.values() for plan in service.rounds]
    forms += [form for plan in plans for form in (plan.form, plan.person_form)]
    forms += [kind.form for kind in object_kinds.kinds_of(catalogue).values()]
    questions = [question for form in forms for question in (*form, *(each for one in form for each in one.columns))]
    said = {text for one in questions for text in (one.label, one.unit, *(each.words for each in one.choices)) if text}
    assert len(said) > 500
    assert {text for text in said if re.search("[\u4e00-\u9fff]", text.en)} == set()
