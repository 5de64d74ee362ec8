"""What people of the demo answer to a form fits it, is whole where it must be, and hangs on the seed."""

from datetime import date
from random import Random

import pytest

from app.catalogue.class_forms import faults, left_open
from app.demo.answers import Viewpoint, draw
from tests.factories.catalogue import seed_catalogue
from workflows.forms import Kind

HERE = Viewpoint(111.94, 36.26, date(2026, 11, 23))
TIMES = 30


@pytest.fixture(scope="module")
def forms():
    """Every form that we ship, of classes and of rounds."""
    catalogue = seed_catalogue()
    of_rounds = [one.form for service in catalogue.services.values() for one in service.rounds]
    return [form for form in (*(one.form for one in catalogue.classes.values()), *of_rounds) if form]


def test_answers_fit_and_are_whole(forms):
    assert {question.kind for form in forms for question in form} >= {Kind.TABLE, Kind.PLACE, Kind.MANY, Kind.NUMBER}
    for number, form in enumerate(forms):
        for seed in range(TIMES):
            answers = draw(form, HERE, Random(f"{number} {seed}"))  # noqa: S311
            assert (faults(form, answers), left_open(form, answers)) == ({}, []), (form, answers)


def test_the_same_seed_gives_the_same_answers_and_another_others(forms):
    def drafts(seed):
        chance = Random(seed)  # noqa: S311
        return [draw(form, HERE, chance) for form in forms]

    assert drafts("a") == drafts("a") != drafts("b")
