"""What the phone makes of an answer: every error of the house stands in one group, as in the phone's own table."""

import importlib
import json
import pkgutil
import re

import pytest

import app as house
from app.core import errors
from app.phone import pages

GROUPS = {  # group -> codes; what is in none of the first ones waits, and is tried again by itself
    "verdict": {  # on the content: the same again would be answered the same
        "absence_too_short", "attachment_differs", "boundaries_refused", "calendars_refused", "carried_broken",
        "case_differs", "cursor_invalid", "data_missing", "day_passed", "day_taken", "department_unknown",
        "document_refused", "file_missing", "grid_ended", "grid_file_costly", "invalid", "nothing_chosen",
        "number_wrong", "old_password_wrong", "operation_differs", "people_file_missing", "people_file_refused",
        "people_file_too_large", "permission_unknown", "photo_refused", "place_outside", "role_elsewhere",
        "role_unknown", "scope_unknown", "second_factor_code_wrong", "sheet_refused", "tickets_refused", "too_large",
        "no_objects_in_file", "too_much", "unknown_action", "weak_password", "year_taken",
        "round_data_missing", "round_operation_differs", "enforces", "serves_grid",
        "no_residents_in_file",
    },
    "decide": {"round_stale", "stale"},  # the case has changed since: its owner decides
    "shown": {  # not now: shown after the first answer, and tried again at each start of the page
        "act_forbidden", "beyond_ground", "calendar_unknown", "case_not_found", "centre_unknown",
        "citizen_key_missing", "conflict",
        "county_only", "csrf_missing", "department_elsewhere", "document_unknown", "export_sight_changed",
        "export_unknown", "forbidden", "grid_file_gone",
        "grid_unknown", "handover_unknown", "https_required", "malformed", "move_not_allowed", "no_centre",
        "no_citizen", "no_enforcement", "nobody_named",
        "object_import_unknown", "object_not_kept_here", "object_unknown",
        "no_ticket", "not_around", "not_found", "override_unknown", "own_grant", "person_unknown",
        "proxy_not_trusted", "round_conflict", "round_forbidden", "round_move_not_allowed", "round_not_found",
        "second_factor_code_first", "sender_secret", "warning_beyond_ground", "warning_unknown",
        "campaign_beyond_ground", "campaign_unknown", "resident_field_unknown", "resident_not_revealed",
        "resident_unknown", "residents_not_kept_here", "round_stop_unknown", "resident_import_unknown",
    },
    "anew": {"upload_gone"},  # the upload begins anew
    "waits": {
        "alias_taken", "anchor_unread", "body_cut", "busy", "checksum_differs", "checksum_unknown", "department_exists",
        "difference_changed", "exports_under_way", "handed_over", "identifier_taken", "object_conflict",
        "object_id_taken", "object_import_not_ready", "object_merged", "object_op_taken", "object_stale",
        "grids_moved", "headers_too_large", "last_administrator", "length_required", "ticket_known",
        "method_not_allowed", "not_acceptable", "not_on_duty", "not_ready", "not_the_demo_county",
        "offset_differs", "own_account", "own_administration", "password_change_required",
        "people_file_faulty", "people_file_not_as_checked", "photo_not_judged", "precondition_failed", "problem",
        "range_not_satisfiable", "refresh_refused", "role_held_already", "second_factor_enrolment_required",
        "second_factor_not_begun", "second_factor_required", "second_factor_still_required",
        "second_factor_wrong", "sign_in_busy", "sign_in_locked", "sign_in_refused", "storage_full",
        "too_many", "too_many_kept", "too_slow", "tus_version_unknown", "unauthenticated", "unavailable",
        "unsupported_media_type", "username_taken", "warning_differs",
        "campaign_differs", "campaign_just_opened", "resident_id_taken", "resident_op_taken", "resident_stale",
        "resident_import_not_ready",
    },
}  # fmt: skip
OUR_TABLE = re.compile(r"const GROUPS = (\{.*?\n\});", re.DOTALL)


def kinds(parent=errors.Problem):
    """Every class of error that the house knows."""
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


def house_errors():
    """What may be answered: (code, status) of our own errors and of the framework's."""
    for module in pkgutil.walk_packages(house.__path__, "app."):
        importlib.import_module(module.name)
    own = {(kind.code, kind.status) for kind in (errors.Problem, *kinds()) if kind.__module__.startswith("app.")}
    return own | {(code, status) for status, (code, _) in errors.OF_THE_FRAMEWORK.items()}


def table():
    """The phone's own table, as it stands in its script."""
    text = (pages.STATIC / "answers.js").read_text(encoding="utf-8")
    return json.loads(OUR_TABLE.search(text)[1])


def expected(code):
    """The group in which an error belongs."""
    found = [group for group, codes in GROUPS.items() if code in codes]
    assert len(found) == 1, f"say in GROUPS, and in answers.js, what a phone does when it is answered `{code}`"
    return found[0]


def test_every_error_of_the_house_is_in_the_group_that_the_phone_puts_it_in():
    known = table()
    for code, status in sorted(house_errors()):
        group = known["codes"].get(code) or known["statuses"].get(str(status)) or "waits"
        assert group == expected(code), (code, status)


@pytest.mark.parametrize("codes", [table()["codes"], set().union(*GROUPS.values())], ids=["phone", "test"])
def test_no_group_names_an_error_that_is_no_more(codes):
    assert set(codes) <= {code for code, _ in house_errors()}
