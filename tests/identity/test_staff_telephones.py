"""Telephone numbers of staff lie encrypted in the database, are found by their end, and survive upgrade and backup."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app.backup import rows
from app.core import encryption, space
from app.core.db import db, empty_log, is_rewriting_owed
from app.core.transaction import transaction
from app.identity import staff_telephones
from app.identity.cli import commands
from app.identity.models import PersonRow
from app.up.schema import bring_up_to_date
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.identity import person
from tests.identity.administration import LIST, form, of, phone_of, shown
from tests.support.databases import careless
from tests.support.elements import facts_of, value_of

NUMBER = "13800138042"
ALL = "SELECT phone, phone_key, phone_sealed, phone_tail FROM people WHERE phone IS NOT NULL OR phone_key IS NOT NULL"


def kept():
    """Everything that the database has of telephone numbers, as text."""
    return "".join(
        str(bytes(cell) if isinstance(cell, memoryview) else cell)
        for row in db.session.execute(text(ALL))
        for cell in row
    )


@pytest.mark.own_database
def test_a_number_never_lies_open_however_it_came(town, desk):
    desk.post(f"{LIST}new", form(phone="+86 138 0013 8042"))
    with town.app.app_context():
        made = db.session.scalar(select(PersonRow.id).where(PersonRow.username == "wang"))
        assert NUMBER not in kept()
        assert "8042" not in kept()
        dumped = BytesIO()
        with rows.snapshot() as connection:
            rows.dump(connection, PersonRow.__table__, dumped)
        assert NUMBER.encode() not in gzip.decompress(dumped.getvalue())
    assert phone_of(town, made) == NUMBER
    assert ("手机", NUMBER) in facts_of(desk.get(of(made)).text)
    assert value_of(desk.get(of(made, "details")).text, "phone") == NUMBER


@pytest.mark.parametrize(
    ("typed", "is_found"), [("8042", True), ("138 0013 8042", True), ("38042", True), ("9042", False), ("042", False)]
)
def test_people_are_found_by_the_end_of_their_number(town, desk, typed, is_found):
    with town.app.app_context():
        wanted = person(name="王小明", username="xiaoming", phone=NUMBER)
        person(name="李雷", username="lilei", phone="13900008042")
    found = shown(desk.post(LIST, {"text": typed}))
    assert (str(wanted.id) in found) is is_found
    assert len(found) == {"8042": 2}.get(typed, int(is_found))


@pytest.mark.own_database
def test_numbers_of_a_version_before_are_read_and_sealed_by_the_upgrade_which_may_be_broken_off(app, town, monkeypatch):
    desk = Desk(app, town.hire("administrator", "grid", COUNTY))
    with app.app_context():
        people = [person(username=f"old{number}") for number in range(5)]
        with transaction() as session:
            for number, one in enumerate(people):
                session.get(PersonRow, one.id).phone_open = f"1380013800{number}"
    assert str(people[3].id) in shown(desk.post(LIST, {"text": "8003"}))
    assert ("手机", "13800138003") in facts_of(desk.get(of(people[3])).text)
    monkeypatch.setattr(staff_telephones, "_BATCH", 2)
    keep, calls = staff_telephones.keep, []

    def broken(row, number):
        calls.append(number)
        if len(calls) == 4:
            raise KeyboardInterrupt
        keep(row, number)

    monkeypatch.setattr(staff_telephones, "keep", broken)
    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(app)
    with app.app_context():
        assert kept().count("1380013800") == 3
    bring_up_to_date(app)
    with app.app_context():
        assert "1380013800" not in kept()
        assert [phone_of(town, one) for one in people] == [f"1380013800{number}" for number in range(5)]
    assert str(people[3].id) in shown(desk.post(LIST, {"text": "8003"}))


@pytest.fixture
def left(app):
    """Numbers of the version before, and a look at how many the file holds; SQLite as it is built elsewhere."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("what PostgreSQL leaves in its files is its own VACUUM's")
        people = [person(username=f"old{number}") for number in range(200)]
        write(people, "13800138{:03}")
        empty_log()
        files = [Path(db.engine.url.database + end) for end in ("", "-wal")]
        with careless(db.engine):
            yield people, lambda: b"".join(file.read_bytes() for file in files if file.exists()).count(b"13800138")


def write(people, number):
    with transaction() as session:
        for place, one in enumerate(people):
            session.get(PersonRow, one.id).phone_open = number and number.format(place)


@pytest.mark.own_database
def test_sealing_overwrites_numbers_where_they_stood(left):
    _, count = left
    assert count() >= 200
    assert staff_telephones.seal_open_ones() == 200
    assert count() < 5, "what the splitting of a page has left is gone when the file is written anew"


@pytest.mark.own_database
def test_the_upgrade_writes_the_file_anew_once_for_numbers_that_lie_in_free_pages(app, left, monkeypatch, capsys):
    people, count = left
    write(people, None)
    empty_log()
    write(people[:1], "13900139{:03}")
    assert count() > 0
    with monkeypatch.context() as scarce:
        scarce.setattr(space, "free_mb", lambda: 1)
        bring_up_to_date(app)
    assert count() > 0
    assert "MB free and run gezhi migrate" in capsys.readouterr().err
    bring_up_to_date(app)
    assert count() == 0
    assert "gezhi migrate" not in capsys.readouterr().err
    assert not is_rewriting_owed()
    write(people[:1], "13700137{:03}")  # by the version before
    staff_telephones.seal_open_ones()
    assert is_rewriting_owed()


def test_numbers_can_be_opened_again_for_a_version_before(app_context):
    one = person(phone=NUMBER)
    (people,) = [command for command in commands if command.name == "people"]
    assert "已还原 1 个电话" in CliRunner().invoke(people, ["unseal-telephones"]).output
    db.session.expire_all()
    row = db.session.get(PersonRow, one.id)
    assert (row.phone_open, row.phone_sealed, staff_telephones.of(row)) == (NUMBER, None, NUMBER)


def test_a_missing_key_costs_the_number_and_neither_the_page_nor_what_is_kept(town, desk):
    with town.app.app_context():
        one = person(phone=NUMBER)
        assert encryption.unreadable_keys() == ()
    keys = town.app.extensions["gezhi_citizen_keys"]
    town.app.extensions["gezhi_citizen_keys"] = {"other": next(iter(keys.values()))}
    assert desk.get(of(one)).status_code == 200
    assert ("手机", staff_telephones.UNREADABLE) in facts_of(desk.get(of(one)).text)
    assert desk.get(LIST).status_code == 200
    assert desk.get(of(one, "details")).status_code == 409
    assert desk.post(of(one, "details"), {"name": "李雷", "phone": ""}).status_code == 409
    town.app.extensions["gezhi_citizen_keys"] = keys
    assert phone_of(town, one) == NUMBER
