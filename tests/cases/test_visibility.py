"""What a person sees is decided once in memory and once in the database, and both say the same of everybody."""

from itertools import combinations
from random import Random
from uuid import UUID

from app.cases.models import Case
from app.cases.visibility import may_see, visible_among_few, visible_to
from app.cases.whole import read_wholes
from app.core.db import db
from app.core.permissions import SYSTEM, Assignment, Person
from app.core.transaction import transaction
from app.identity import queries as identity
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST
from tests.factories.town import HERE, HOUSING, TEAM, THERE, WAGES, WATER

SEED = 20261123  # drawn again alike, so that what fails can be looked at
_GRID_SCOPES = (COUNTY, WEST, EAST, *VILLAGES, *GRIDS)
_DEPARTMENTS = (HOUSING, WATER, TEAM, "D-LABOUR")


def _path(code):
    return "".join(f"{code[:length]}/" for length in (6, 9, 12, 15) if len(code) >= length)


def _cases(town):
    """Cases of every kind of sight: places, classes, states, tasks that stand, were returned, stopped or done."""
    far = town.hire("grid_worker", "grid", GRIDS[2])
    secret = {"form": {"people_count": 2}}
    town.worker.report()
    town.next_worker.report("0110", at=THERE)
    far.report(None, at=(112.25, 36.05))
    town.worker.report(WAGES, **secret)
    town.next_worker.report(WAGES, at=THERE, **secret)
    far.report(WAGES, at=(112.35, 36.05), **secret)
    town.dispatched(assist=[WATER])
    town.dispatcher.act(town.dispatched(lead=WATER), "withdraw_dispatch", reason="派错了")
    town.worker.act(town.worker.report().get_json(), "withdraw")
    town.acceptor.act(town.worker.report().get_json(), "verify", verifier=str(town.next_worker.id))
    case = town.acceptor.act(town.next_worker.report(at=THERE).get_json(), "verify", verifier=str(town.worker.id))
    town.acceptor.act(case, "recall_verify")
    case = town.acceptor.act(town.next_worker.report(WAGES, at=THERE, **secret).get_json(), "accept")
    case = town.duty.act(case, "file", **{"class": WAGES, "condition": "1"})
    town.hire("department_desk", "department", "D-LABOUR")
    case = town.dispatcher.act(case, "dispatch", lead="D-LABOUR", assist=[TEAM])
    town.township.act(town.handling(), "whistle", called=[TEAM])
    case = town.acceptor.act(town.handled(), "assign_check", checker=str(town.next_worker.id))
    town.checked()
    case = town.handling(assist=[WATER])
    town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])


def _random_person(random, known):
    """Somebody with up to three posts anywhere, now and then somebody who reported or is named in a case."""
    roles = [role for role in identity.roles().permissions if identity.roles().permissions[role]]
    held = []
    for role in random.sample(sorted(roles), random.randint(0, 3)):
        kind = identity.roles().scope_kinds[role]
        code = random.choice(_DEPARTMENTS if kind == "department" else _GRID_SCOPES)
        path = "" if kind == "department" else _path(code)
        held.append(Assignment(role, kind, code, path, identity.roles().permissions[role]))
    person_id = random.choice(known) if random.random() < 0.3 else UUID(int=random.getrandbits(128))
    return Person(person_id, "某人", tuple(held))


def _assert_same(people):
    cases = db.session.scalars(db.select(Case)).all()
    wholes = read_wholes(cases)
    seen_by_anybody = set()
    for person in people:
        listed = set(db.session.scalars(db.select(Case.case_id).where(visible_to(person))))
        assert listed == set(db.session.scalars(db.select(Case.case_id).where(visible_among_few(person))))
        looked_at = {whole.case.case_id for whole in wholes if may_see(whole, person)}
        assert listed == looked_at, (SEED, person)
        seen_by_anybody |= {(len(listed), person.assignments)}
    return len(cases), {count for count, _ in seen_by_anybody}


def test_lists_and_single_cases_agree_on_what_random_people_see(app, town):
    random = Random(SEED)  # noqa: S311 - people, not keys
    _cases(town)
    known = [actor.id for actor in town.people]
    with app.app_context():
        count, numbers = _assert_same([_random_person(random, known) for _ in range(400)])
    assert count >= 16
    assert len(numbers) > 8  # nobody, everybody, and much between: the people were of many kinds


def test_they_agree_for_every_role_in_every_scope(app, town):
    _cases(town)
    with app.app_context():
        roles = identity.roles()
        one_post = [
            Assignment(role, kind, code, "" if kind == "department" else _path(code), permissions)
            for role, permissions in roles.permissions.items()
            for kind in [roles.scope_kinds[role]]
            for code in (_DEPARTMENTS if kind == "department" else _GRID_SCOPES)
        ]
        people = [Person(UUID(int=number), "某人", (post,)) for number, post in enumerate(one_post)]
        _assert_same(people)
        pairs = Random(SEED).sample(list(combinations(one_post, 2)), 100)  # noqa: S311 - people, not keys
        _assert_same([Person(UUID(int=number), "某人", pair) for number, pair in enumerate(pairs)])


def test_they_agree_when_a_role_may_read_everything_confidential(app, town):
    _cases(town)
    everything = frozenset({"case:row:read", "case:confidential:read"})
    with app.app_context():
        reader = Person(UUID(int=1), "某人", (Assignment("anything", "grid", COUNTY, _path(COUNTY), everything),))
        count, numbers = _assert_same([reader])
    assert numbers == {count}


def test_somebody_without_a_post_sees_nothing_and_the_system_everything(app, town):
    _cases(town)
    with app.app_context():
        stranger = Person(UUID(int=1), "某人")
        count, numbers = _assert_same([stranger])
        wholes = read_wholes(db.session.scalars(db.select(Case)).all())
        assert all(may_see(whole, SYSTEM) for whole in wholes)
    assert (count > 0, numbers) == (True, {0})


def test_a_code_that_another_begins_with_is_not_within_it(app, town):
    town.worker.report(at=HERE)
    with app.app_context(), transaction() as session:
        session.execute(db.update(Case).values(grid_path=f"{_path(VILLAGES[0])[:-1]}9/"))
    with app.app_context():
        neighbour = Assignment("grid_worker", "grid", VILLAGES[0], _path(VILLAGES[0]), frozenset({"case:row:read"}))
        assert _assert_same([Person(UUID(int=1), "某人", (neighbour,))])[1] == {0}
