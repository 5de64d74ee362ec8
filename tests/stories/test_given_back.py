"""A verification that is given back to who had done it in time stands in the way of nobody who is named later."""

from tests.factories.town import GARBAGE, HOUSING
from tests.stories.test_named_anew import exchange, lose, named, offline, spot, sweep, verifying
from tests.support.looks import tasks_of


def test_what_is_given_back_takes_nothing_from_who_is_named_later(town, clock):
    """Given back at step 6; the check is task 5 of the case, and whoever is named for it leaves as well."""
    case = verifying(town)
    done_at = clock.tick(minutes=10)
    operation = offline(case, "confirm_true", done_at, **spot())
    clock.tick(minutes=10)
    lose(town, town.worker, "absence")
    clock.tick(minutes=1)
    assert sweep(town) == 1
    for text in ("在路上", "快到了"):
        town.next_worker.act(case, "comment", text=text)
    assert exchange(town.worker, operation)["status"] == 201
    assert town.steps(case)[4:7] == ["comment", "name_anew", "confirm_true"]
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    (check,) = tasks_of(case, "check")
    assert (check["task"], check["handler_id"]) == (5, str(town.next_worker.id))
    lose(town, town.next_worker, "absence")
    clock.tick(minutes=1)
    assert sweep(town) == 1
    assert named(town.acceptor.read(case), "check") != str(town.next_worker.id)
