"""Residents are entered, changed, revealed field by field and erased; what is known of them lies sealed."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from app.catalogue.files import DocumentRefused
from app.core import clock, encryption
from app.core.db import db
from app.residents import erasures
from app.residents.models import Resident, ResidentChange
from tests.desk.browser import Desk
from tests.factories import residents
from tests.factories.residents import ADDRESS, HEALTH, KNOWN, NAME, PHONE
from tests.factories.town import GRID, NEXT_GRID
from tests.support.exports import links, made, status
from tests.support.looks import refused
from tests.support.queries import counted


@pytest.fixture
def rules_of_two(app, town):
    """A county where supervisors keep residents, too, and have a kind of care of their own."""
    residents.let_supervisors_keep(app)
    return town


OLD, NEW = f"k1:{Fernet.generate_key().decode()}", f"k2:{Fernet.generate_key().decode()}"


def everything(app, of=""):
    """All that the database holds in tables whose names begin so, as one text."""
    with app.app_context():
        tables = db.metadata.tables
        named = [name for name in tables if name.startswith(of)]
        rows = [str(tuple(row)) for name in named for row in db.session.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    return "\n".join(rows)


def sweep(app, **passed):
    """Let the job of erasing run after some time."""
    with app.app_context(), clock.at(clock.now() + timedelta(**passed)):
        return erasures.sweep()


def test_who_is_entered_is_a_number_with_sealed_fields(app, town):
    resident_id = str(uuid4())
    kept = residents.keep(town.township, residents.old_woman(), resident_id)
    assert {one["code"] for one in kept["fields"]} == set(KNOWN)
    assert [one["code"] for one in kept["cares"]] == ["elderly_alone"]
    again = residents.enter(town.township, residents.old_woman(), resident_id)
    assert (again.status_code, again.get_json()["seen"]) == (200, kept["seen"])
    refused(residents.enter(town.township, residents.old_woman(fields={"name": "别人"}), resident_id), 409)
    whole = everything(app)
    assert [word for word in (NAME, ADDRESS, PHONE, HEALTH) if word in whole] == []
    assert kept["number"] in whole


def test_one_field_is_revealed_for_a_purpose_and_each_time_is_audited(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    answer = residents.reveal(town.township, kept)
    assert answer.get_json() == {
        "code": "phone", "name": "电话", "name_en": "Telephone", "answer": PHONE, "text": PHONE, "text_en": PHONE,
    }  # fmt: skip
    refused(residents.reveal(town.township, kept, purpose=""), 422)
    refused(residents.reveal(town.township, kept, field="contact"), 404, "resident_field_unknown")
    refused(residents.reveal(town.worker, kept), 403)
    (entry,) = residents.audited(app, "resident:revealed", kept["resident_id"])
    assert (entry["of_fields"], entry["reason"], entry["person_id"]) == (["phone"], "探访前联系", town.township.id)
    assert PHONE not in str(entry)


def test_a_change_touches_what_it_names_and_is_stale_on_what_was_not_seen(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    op_id = uuid4()
    answer = residents.change(town.township, kept, op_id=op_id, fields={"phone": "13935700022", "health": None})
    fresh = answer.get_json()
    assert (answer.status_code, {one["code"] for one in fresh["fields"]}) == (
        201,
        {"name", "address", "phone", "birth"},
    )
    again = residents.change(town.township, kept, op_id=op_id, fields={"phone": "13935700022", "health": None})
    assert (again.status_code, again.get_json()["seen"]) == (200, fresh["seen"])
    refused(
        residents.change(town.township, kept, op_id=op_id, fields={"phone": "13935700033"}), 409, "resident_op_taken"
    )
    refused(residents.change(town.township, kept, fields={"phone": "13935700033"}), 409, "resident_stale")
    assert residents.reveal(town.township, kept).get_json()["answer"] == "13935700022"
    history = residents.read(town.township, kept)["history"]
    assert [(one["edit"], [each["code"] for each in one["fields"]]) for one in history] == [
        ("changed", ["health", "phone"]),
        ("entered", sorted(KNOWN)),
    ]
    assert [one["of_fields"] for one in residents.audited(app, "resident:changed")] == [["health", "phone"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cares": []}, "cares"),
        ({"cares": ["nobody"]}, "cares"),
        ({"cares": ["hard_off"]}, "cares"),
        ({"fields": {"address": ""}}, "fields.address"),
        ({"fields": {"shoe_size": "40"}}, "fields.shoe_size"),
        ({"fields": {"birth": "2999-01-01"}}, "fields.birth"),
        ({"fields": {"birth": "昨天"}}, "fields.birth"),
        ({"consent": {"by": "self", "on": "2099-01-01"}}, "consent.on"),
        ({"grid": "141025"}, "grid"),
        ({"household_id": str(uuid4())}, "household_id"),
    ],
)
def test_what_may_not_be_kept_is_refused_at_its_field_and_nothing_typed_is_repeated(town, changes, field):
    answer = residents.enter(town.township, residents.old_woman(**changes))
    assert answer.status_code == 422, answer.get_json()
    assert field in answer.get_json()["fields"]
    assert NAME not in answer.get_data(as_text=True)
    assert residents.listed(town.township) == []


def test_what_rests_on_consent_needs_it(town):
    body = residents.old_woman()
    del body["consent"]
    assert "consent" in refused(residents.enter(town.township, body), 422)["fields"]
    body["fields"] = {"name": NAME, "address": ADDRESS}
    residents.keep(town.township, body)


def test_a_child_under_fourteen_needs_the_consent_of_its_guardian(town):
    today = clock.local(clock.now()).date()
    child = residents.old_woman(
        cares=["child_in_need"], fields={"birth": f"{today.year - 13}-01-01", "phone": None, "health": None}
    )
    assert "fields.guardian" in refused(residents.enter(town.township, child), 422)["fields"]
    child["fields"]["guardian"] = "王大明 13935700044"
    assert "consent" in refused(residents.enter(town.township, child), 422)["fields"]
    child["consent"] = {"by": "guardian", "on": "2026-11-01"}
    residents.keep(town.township, child)
    child["fields"]["birth"], child["consent"] = f"{today.year - 15}-01-01", residents.CONSENT
    residents.keep(town.township, child)


def test_somebody_is_found_by_the_whole_of_a_number_alone(app, town):
    kept = residents.keep(town.township, residents.old_woman())

    def found(typed, field="phone", actor=town.township):
        answer = actor.send("POST", "residents/search", {"field": field, "text": typed})
        assert answer.status_code == 200, answer.get_json()
        return [one["resident_id"] for one in answer.get_json()["items"]]

    assert found("139 3570 0011") == [kept["resident_id"]]
    assert found("0011") == []
    keeper = town.hire("township_leader", "grid", NEXT_GRID)
    assert found(PHONE, actor=keeper) == []
    assert [(one["of_fields"], one["matches"]) for one in residents.audited(app, "resident:sought")] == [
        (["phone"], 1), (["phone"], 0), (["phone"], 0)
    ]  # fmt: skip
    assert PHONE not in everything(app, "audit")
    refused(town.worker.send("POST", "residents/search", {"field": "phone", "text": PHONE}), 403)
    refused(town.township.send("POST", "residents/search", {"field": "address", "text": ADDRESS}), 422)


def test_keys_are_exchanged_and_what_was_sealed_before_is_read_and_found(app, town):
    app.config["CITIZEN_KEYS"] = OLD
    app.extensions.pop("gezhi_citizen_keys", None)
    resident_id = str(uuid4())
    kept = residents.keep(town.township, residents.old_woman(), resident_id)
    app.config["CITIZEN_KEYS"] = f"{NEW},{OLD}"
    app.extensions.pop("gezhi_citizen_keys")
    assert residents.reveal(town.township, kept).get_json()["answer"] == PHONE
    assert residents.enter(town.township, residents.old_woman(), resident_id).status_code == 200
    found = town.township.send("POST", "residents/search", {"field": "phone", "text": PHONE}).get_json()["items"]
    assert [one["resident_id"] for one in found] == [resident_id]
    app.config["CITIZEN_KEYS"] = NEW
    app.extensions.pop("gezhi_citizen_keys")
    refused(residents.reveal(town.township, kept), 409, "citizen_key_missing")
    with app.app_context():
        assert not encryption.opens_here()


def test_each_field_is_erased_at_the_end_of_its_time_and_then_nothing_is_left(app, town):
    kept = residents.keep(town.township, residents.old_woman())
    op_id = uuid4()
    assert residents.end(town.township, kept, op_id=op_id).status_code == 201
    assert residents.end(town.township, kept, op_id=op_id).status_code == 200
    refused(town.township.get(f"residents/{kept['resident_id']}"), 404)
    assert (sweep(app, minutes=1), sweep(app, days=29), sweep(app, days=31), sweep(app, days=179)) == (1, 0, 2, 0)
    assert sweep(app, days=181) == 2
    assert [one["of_fields"] for one in residents.audited(app, "resident:erased")] == [
        ["health"],
        ["birth", "phone"],
        ["address", "name"],
    ]
    with app.app_context():
        (row,) = db.session.scalars(db.select(Resident))
        assert (row.erased_at is not None, row.digest, row.number) == (True, "", kept["number"])
        assert list(db.session.scalars(db.select(ResidentChange.digest).where(ResidentChange.digest != ""))) == []
    assert "elderly_alone" not in everything(app, "resident")
    assert sweep(app, days=400) == 0


@pytest.mark.parametrize("reason", ["withdrawn", "mistake"])
def test_all_is_erased_at_once_where_nothing_may_be_kept(app, town, reason):
    kept = residents.keep(town.township, residents.old_woman())
    assert residents.end(town.township, kept, reason).status_code == 201
    (entry,) = residents.audited(app, "resident:erased", kept["resident_id"])
    assert entry["of_fields"] == sorted(KNOWN)
    assert "elderly_alone" not in everything(app, "resident")


def test_a_household_has_residents_and_a_resident_moves_only_on_ones_own_ground(town):
    home = residents.keep(town.township, residents.household())
    kept = residents.keep(town.township, residents.old_woman(household_id=home["resident_id"]))
    assert [one["number"] for one in residents.listed(town.township, household=home["resident_id"])] == [kept["number"]]
    refused(residents.change(town.township, home, household_id=kept["resident_id"]), 422)
    moved = residents.change(town.township, kept, grid=NEXT_GRID).get_json()
    assert moved["grid"]["code"] == NEXT_GRID
    keeper = town.hire("township_leader", "grid", GRID)
    refused(residents.enter(keeper, residents.old_woman(grid=NEXT_GRID)), 403, "residents_not_kept_here")
    refused(residents.change(keeper, kept, grid=GRID), 404)


def test_lists_and_single_records_show_the_same(town):
    bodies = (
        residents.old_woman(), residents.old_woman(grid=NEXT_GRID), residents.household(),
        residents.old_woman(cares=["elderly_hard"]),
    )  # fmt: skip
    everyone = {residents.keep(town.township, body)["resident_id"] for body in bodies}
    for actor, count in ((town.township, 4), (town.worker, 2), (town.next_worker, 1)):
        single = {one for one in everyone if actor.get(f"residents/{one}").status_code == 200}
        assert {one["resident_id"] for one in residents.listed(actor)} == single
        assert len(single) == count
    refused(town.duty.get("residents"), 403)


def test_a_page_costs_the_same_however_many_there_are(app, town):
    for number in range(3):
        residents.keep(town.township, residents.old_woman(fields={"name": f"老人{number}"}))
    assert residents.listed(town.township)
    with counted() as few:
        residents.listed(town.township)
    for number in range(9):
        residents.keep(town.township, residents.old_woman(fields={"name": f"老人{number}"}))
    with counted() as many:
        assert len(residents.listed(town.township)) == 12
    assert len(many) == len(few)


def test_pages_walk_through_all_of_them(town):
    numbers = {residents.keep(town.township, residents.old_woman())["number"] for _ in range(5)}
    seen, cursor = [], None
    while True:
        body = town.township.get("residents", limit=2, **({"cursor": cursor} if cursor else {})).get_json()
        seen += [one["number"] for one in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert (len(seen), set(seen)) == (5, numbers)


@pytest.mark.own_database
@pytest.mark.parametrize("reason", ["withdrawn", "mistake"])
def test_what_is_erased_by_hand_leaves_the_log_of_the_database_at_once(app, town, reason):
    kept = residents.keep(town.township, residents.old_woman())
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("what PostgreSQL leaves in its files is its own VACUUM's")
        log = Path(f"{db.engine.url.database}-wal")
        db.session.remove()
    assert log.stat().st_size > 0
    assert residents.end(town.township, kept, reason).status_code == 201
    assert log.stat().st_size == 0


def test_a_field_that_only_an_ended_care_has_to_do_with_is_erased_while_another_goes_on(app, rules_of_two):
    town, asked = rules_of_two, {"cares": ["elderly_alone", "disabled"], "fields": {"phone": None, "health": None}}
    kept = residents.keep(town.township, residents.old_woman(**asked))
    shared = residents.read(town.supervisor, kept)
    more = residents.change(town.supervisor, shared, cares=["secret"], fields={"secret_note": "甲事"}).get_json()
    assert residents.end(town.supervisor, more, cares=["secret"]).status_code == 201
    assert sweep(app, minutes=1) == 0, "they who care on read it"
    left = residents.read(town.township, kept)
    assert residents.end(town.township, left, cares=["elderly_alone"]).status_code == 201
    assert sweep(app, minutes=1) == 1
    assert [one["of_fields"] for one in residents.audited(app, "resident:erased")] == [["secret_note"]]
    assert sweep(app, days=400) == 0
    after = residents.read(town.township, kept)
    assert {one["code"] for one in after["fields"]} == {"name", "address", "birth"}
    assert [one["edit"] for one in after["history"]] == ["ended", "entered"], "what others read is not there"


def test_nothing_that_asks_the_age_is_kept_without_it(town):
    body = residents.old_woman(fields={"birth": None})
    assert "fields.birth" in refused(residents.enter(town.township, body), 422)["fields"]
    body = residents.old_woman(fields={"phone": None, "health": None})
    kept = residents.keep(town.township, body)
    assert "fields.birth" in refused(residents.change(town.township, kept, fields={"birth": None}), 422)["fields"]


def test_a_keeper_who_may_not_read_the_birth_enters_no_child_as_if_it_were_none(app, town):
    residents.let_supervisors_keep(app, but=("birth",))
    today = clock.local(clock.now()).date()
    child = residents.old_woman(
        cares=["child_in_need"], consent={"by": "guardian", "on": "2026-11-01"},
        fields={"birth": f"{today.year - 9}-01-01", "guardian": "王大明", "phone": None, "health": None},
    )  # fmt: skip
    kept = residents.keep(town.township, child)
    supervisor = town.supervisor
    seen = residents.read(supervisor, kept)
    assert "birth" not in {one["code"] for one in seen["fields"]}
    wrong = residents.change(supervisor, seen, fields={"phone": PHONE}, consent=residents.CONSENT)
    assert "consent" in refused(wrong, 422)["fields"]
    agreed = {"by": "guardian", "on": "2026-11-02"}
    assert residents.change(supervisor, seen, fields={"phone": PHONE}, consent=agreed).status_code == 201


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"fields": {"name": {"readers": ["nobody"]}}}, "fields[0].readers"),
        ({"fields": {"name": {"services": ["nothing"]}}}, "fields[0].services"),
        ({"fields": {"birth": {"type": "text"}}}, "fields"),
        ({"cares": {"elderly_alone": None}}, "cares"),
    ],
)
def test_rules_that_mean_nothing_here_are_refused_at_their_field(app, town, changes, where):
    residents.keep(town.township, residents.old_woman())
    content = residents.rules()
    if "cares" in changes:
        content["residents"]["cares"] = [one for one in content["residents"]["cares"] if one["code"] != "elderly_alone"]
    for code, other in changes.get("fields", {}).items():
        next(one for one in content["residents"]["fields"] if one["field"] == code).update(other)
    with pytest.raises(DocumentRefused) as refusal:
        residents.bring(app, content)
    assert any(name.endswith(where) or where in name for name in refusal.value.fields)


def test_what_the_rules_hide_since_lets_no_file_written_before_be_taken(app, rules_of_two):
    town = rules_of_two
    residents.keep(town.township, residents.old_woman())
    desk = Desk(app, town.township)
    made(app, desk, "residents")
    (link,) = links(desk)
    assert status(desk, link) == 200
    content = residents.rules()
    for one in content["residents"]["cares"]:
        one["readers"] = ["grid_worker"]
    residents.bring(app, content)
    assert status(desk, link) == 403
