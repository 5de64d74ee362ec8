"""The audit stands or falls with what it tells."""

from uuid import uuid4

import pytest

from app.audit import queries, service
from app.audit.tags import Tag
from app.core.transaction import transaction


def test_an_entry_is_found_by_person_subject_and_tag(app_context):
    person_id, case_id = uuid4(), uuid4()
    with transaction():
        service.record(Tag.CITIZEN_REVEALED, person_id=person_id, subject=("case", case_id), field="phone")
        service.record(Tag.EXPORT_MADE, person_id=uuid4(), rows=12)
    for wanted in ({"person_id": person_id}, {"subject": ("case", case_id)}, {"tags": [Tag.CITIZEN_REVEALED]}):
        (entry,) = queries.search(**wanted).items
        assert (entry.tag, entry.data) == ("citizen:revealed", {"field": "phone"})


def test_an_entry_vanishes_with_the_transaction_it_tells_of(app_context):
    def export_and_fail():
        with transaction():
            service.record(Tag.EXPORT_MADE)
            raise LookupError

    with pytest.raises(LookupError):
        export_and_fail()
    assert queries.search().items == []


def test_nothing_is_recorded_outside_a_transaction(app_context):
    with pytest.raises(RuntimeError):
        service.record(Tag.EXPORT_MADE)


def test_pages_go_from_new_to_old_and_miss_nothing(app_context, clock):
    for number in range(5):
        with transaction():
            service.record(Tag.EXPORT_MADE, number=number)
        clock.tick(minutes=1)
    seen, cursor = [], None
    while True:
        page = queries.search(cursor=cursor, limit=2)
        seen += [entry.data["number"] for entry in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [4, 3, 2, 1, 0]


def test_a_span_of_time_holds_its_beginning_and_not_its_end(app_context, clock):
    start = clock.tick()
    for number in range(3):
        with transaction():
            service.record(Tag.EXPORT_MADE, number=number)
        end = clock.tick(minutes=1)
    found = queries.search(since=start, until=end).items
    assert len(found) == 3
    assert len(queries.search(since=start, until=found[0].at).items) == 2


def test_many_entries_are_one_statement(app_context, query_count):
    with query_count() as seen, transaction():
        for _ in range(20):
            service.record(Tag.CASE_REFUSED)
    assert len(seen) == 1


def test_tags_are_subject_and_verb_and_stand_once():
    assert all(len(tag.value.split(":")) == 2 and len(tag.value) <= 40 for tag in Tag)
    assert len({tag.value for tag in Tag}) == len(Tag.__members__)
