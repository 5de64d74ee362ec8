"""Reference data kept in a process is valid for a number, and a change that was rolled back is never kept."""

import pytest
from sqlalchemy import select

from app.core import revisions
from app.core.db import db
from app.core.revisions import Reference, Revision
from app.core.transaction import transaction
from app.departments.models import DepartmentAlias
from tests.factories.departments import department


@pytest.fixture
def made():
    """How often the object was made."""
    return []


@pytest.fixture
def names(app_context, made):
    """The aliases of departments, kept for the number of `departments`."""
    department("D-HOUSING", "县住建局")
    revisions.forget()

    def load():
        made.append(1)
        return frozenset(db.session.scalars(select(DepartmentAlias.alias)))

    return Reference("departments", load)


def add(alias):
    db.session.add(DepartmentAlias(alias=alias, department="D-HOUSING"))
    db.session.flush()
    revisions.raise_("departments")


def test_it_is_made_once_until_the_number_rises(names, made):
    assert names.get() == names.get() == frozenset()
    assert len(made) == 1
    with transaction():
        add("房管局")
    assert (names.get(), len(made)) == ({"房管局"}, 2)


def test_the_transaction_that_changes_it_sees_its_own_change(names):
    with transaction():
        add("房管局")
        assert names.get() == {"房管局"}


def test_a_change_that_was_rolled_back_is_not_kept_though_another_takes_its_number(names):
    def failing():
        with transaction():
            add("幻影局")
            assert names.get() == {"幻影局"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    revisions.forget()
    with transaction():
        add("房管局")  # bears the number that the phantom had
    assert names.get() == {"房管局"}


def test_a_change_elsewhere_is_seen_with_the_next_look_at_the_numbers(names, made):
    names.get()
    with transaction():
        add("房管局")
    revisions.note("departments=1")  # a request that began before
    before = len(made)
    revisions.forget()
    assert names.get() == {"房管局"}
    assert len(made) >= before


def test_numbers_travel_as_one_text_and_back(app_context):
    text = db.session.scalar(select(revisions.packed()))
    assert set(revisions.unpack(text)) == set(revisions.WHATS)
    assert revisions.unpack(None) == revisions.unpack("") == {}


def test_a_set_that_has_no_number_yet_gets_one(app_context):
    with transaction():
        revisions.raise_("departments")
        revisions.raise_("something_new")
    assert db.session.get(Revision, "something_new").number == 1
