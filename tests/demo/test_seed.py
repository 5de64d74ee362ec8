"""The same seed and end give the same days in another folder, by another process; another seed gives others."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.processes import LIMIT_SECONDS, run, started

DAYS, SEED, OTHER_SEED = "1", "3", "4"
CASES = (
    "SELECT case_id, number, class_code, state, seq, grid, lon, lat, source, address, reported_at, due_at FROM cases"
)
# not what nobody shall be able to guess: salts with the digests over them, and under which id a citizen's name is kept
STEPS = "SELECT case_id, seq, op_id, action, state_from, state_to, actor_id, at, counts_at, data FROM case_steps"

# who is kept and visited; what stands in fields is sealed under a key of each county's own
REGISTER = (
    "SELECT resident_id, subject, number, grid, entered_at FROM residents",
    "SELECT resident_id, field, consent_by, consent_on FROM resident_fields",
    "SELECT resident_id, stop, visited_at FROM round_stops WHERE resident_id IS NOT NULL",
)


@pytest.fixture(scope="module")
def until():
    """Yesterday at noon: no matter when the county was made."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    return f"{day}T12:00"


@pytest.fixture(scope="module")
def fresh_county(tmp_path_factory):
    """A folder with a county in which nothing has happened."""
    folder = tmp_path_factory.mktemp("made") / "data"
    code, text = run("demo", GEZHI_DATA_DIR=str(folder))
    assert code == 0, text
    return folder


def played(made, folder, seed, until, hashing):
    """What came of days in a copy of the county: cases and steps."""
    shutil.copytree(made, folder)
    arguments = ("demo", "--days", DAYS, "--seed", seed, "--until", until)
    with started(*arguments, GEZHI_DATA_DIR=str(folder), PYTHONHASHSEED=hashing) as process:
        text, _ = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0, text
    with closing(sqlite3.connect(folder / "gezhi.sqlite3")) as connection:
        cases, steps, *others = (sorted(connection.execute(query), key=repr) for query in (CASES, STEPS, *REGISTER))
    return cases, [(*step, guessable(data)) for *step, data in steps], others


def guessable(data):
    """What a step says, without the id under which a citizen's name is kept."""
    text = json.loads(data)
    text.get("changed", {}).pop("citizen_id", None)
    return text


def test_the_same_seed_gives_the_same_cases_steps_and_times_and_another_seed_others(fresh_county, until, tmp_path):
    first = played(fresh_county, tmp_path / "first", SEED, until, "1")
    cases, steps, register = played(fresh_county, tmp_path / "again", SEED, until, "2")
    assert len(cases) > 20
    assert cases == first[0]
    assert steps == first[1]
    assert register == first[2]
    assert all(len(rows) > 20 for rows in register)
    others, _, _ = played(fresh_county, tmp_path / "other", OTHER_SEED, until, "1")
    assert {row[0] for row in others}.isdisjoint(row[0] for row in cases)


@pytest.mark.parametrize("until", ["2999-01-01", "2001-01-01"])
def test_days_that_are_not_over_or_were_before_the_county_are_refused(until, tmp_path):
    code, text = run("demo", "--days", "1", "--until", until, GEZHI_DATA_DIR=str(tmp_path / "data"))
    assert code == 1
    assert "--until" in text
