"""Who is named is judged by the class as the case keeps it, whatever the class says from now on."""

from app.cases import jobs
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import GARBAGE
from tests.stories.test_named_anew import last, lose, sweep


def test_a_class_that_is_checked_otherwise_from_now_on_is_not_tried_for_ever_for_cases_filed_before(
    town, tmp_path, monkeypatch
):
    """The case keeps its version, and so its checker: the sweep finds nothing to try, this minute or any other."""
    by_hand = town.handled()
    changed = seed_content(GARBAGE)
    changed["check"] = "phone"
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(tmp_path, ("class", GARBAGE, changed))], by="test")
    tried = []
    monkeypatch.setattr(jobs, "_name_anew", lambda row: tried.append(row) or False)
    assert (sweep(town), tried) == (0, [])
    monkeypatch.undo()
    lose(town, town.worker, "role")
    assert sweep(town) == 1
    assert last(town, by_hand)["data"]["why"] == "role_ended"
