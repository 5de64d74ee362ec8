"""Compare the default roles with who may take which action, written out a second time by hand."""

from pathlib import Path

import pytest
import yaml

from app.core.permissions import Permission
from workflows.case import CASE
from workflows.case_terms import CaseAction

ROLES = yaml.safe_load((Path(__file__).parents[2] / "app/identity/seed/roles.yaml").read_text(encoding="utf-8"))[
    "roles"
]
HELD = {role["code"]: set(role["permissions"]) for role in ROLES}

SHORT = {
    "gw": "grid_worker", "ax": "auxiliary", "in": "inspector", "ac": "acceptor", "do": "duty_officer",
    "di": "dispatcher", "cl": "centre_leader", "tl": "township_leader", "dd": "department_desk",
    "dl": "department_leader", "ha": "handler", "co": "contractor", "eo": "enforcement_officer",
    "lr": "legal_reviewer", "eh": "enforcement_head", "su": "supervisor", "ad": "administrator", "ig": "integrator",
    "sy": "system_administrator", "se": "security_administrator", "aa": "audit_administrator",
    "cy": "county_leader",
}  # fmt: skip

GRID = """
action            gw ax in ac do di cl tl dd dl ha co eo lr eh su ad ig sy se aa cy
report            x  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .
withdraw          x  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
keep              .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
verify            .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
recall_verify     .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
confirm_true      x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
confirm_false     x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
cannot_verify     x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
accept            .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
refuse            .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
close_fixed       .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
reconsider        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
merge             .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
unmerge           .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
file              .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
decline           .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
dispatch          .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
withdraw_dispatch .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
recall            .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
hand_on           .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
add_assist        .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
drop_assist       .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
sign              .  .  .  .  .  .  .  .  x  .  x  .  x  .  .  .  .  .  .  .  .  .
assign            .  .  .  .  .  .  .  .  x  x  .  .  .  .  x  .  .  .  .  .  .  .
sub_assign        .  .  .  .  .  .  .  .  x  x  .  .  .  .  x  .  .  .  .  .  .  .
sub_finish        .  .  .  .  .  .  .  .  x  .  x  x  x  .  .  .  .  .  .  .  .  .
sub_drop          .  .  .  .  .  .  .  .  x  x  .  .  .  .  x  .  .  .  .  .  .  .
ask_return        .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
grant_return      .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
deny_return       .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
ask_extension     .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
grant_extension   .  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
deny_extension    .  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
ask_deferral      .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
grant_deferral    .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x
deny_deferral     .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x
ask_assist        .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
grant_assist      .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
deny_assist       .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
withdraw_ask      .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
resume            .  .  .  .  .  .  x  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
milestone         .  .  .  .  .  .  .  .  x  .  x  x  x  .  .  .  .  .  .  .  .  .
finish            .  .  .  .  .  .  .  .  x  .  x  x  x  .  .  .  .  .  .  .  .  .
refer             .  .  .  .  .  .  .  .  x  .  .  .  x  .  x  .  .  .  .  .  .  .
enforcement_ended .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
whistle           .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .
arrive            .  .  .  .  .  .  .  .  x  .  x  .  x  .  .  .  .  .  .  .  .  .
rate_whistle      .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .
assign_check      .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
pass_check        x  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
fail_check        x  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
close             .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
refuse_close      .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
reopen            .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
call_back         .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
spot_check        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
force_close       .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
void              .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
correct           .  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
urgent            .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
clear_urgent      .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
escalate          .  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
hand_down         .  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
take_back         .  .  .  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
urge              .  .  .  x  x  x  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
supervise         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
comment           x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  .  .  .  x
copy              x  x  x  x  x  x  x  x  x  x  x  .  x  x  x  x  .  .  .  .  .  x
attach            x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  x  .  .  .  x
warn              .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
overdue           .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
raise_late        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
review_due        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
expire_ask        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
absent_whistle    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
name_anew         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
lose_file         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
baseline          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
set_back          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
recount           .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
note_ticket       .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
ask_sender        .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
sender_took_back  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
sender_refused    .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
ask_sender_time   .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
sender_gave_time  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
sender_kept_date  .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
second_order      .  .  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
reply             .  .  .  x  x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
decline_reopen    .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
carry             .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
release           .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
reply_supervision .  .  .  .  x  .  x  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .
lift_supervision  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .
"""


def pairs() -> dict[tuple[str, str], bool]:
    """Read the grid: (role, action) to whether the role may ever take it."""
    head, *lines = (line.split() for line in GRID.strip().splitlines())
    return {
        (SHORT[column], line[0]): cell == "x" for line in lines for column, cell in zip(head[1:], line[1:], strict=True)
    }


PAIRS = pairs()


def may(role: str, action: str) -> bool:
    return any(move.permission in HELD[role] for move in CASE.moves_of(action))


def test_the_grid_speaks_of_every_role_and_every_action() -> None:
    assert set(PAIRS) == {(role, action) for role in HELD for action in CaseAction}


@pytest.mark.parametrize("role", sorted(HELD))
def test_a_role_may_take_the_actions_of_the_grid_and_no_other(role: str) -> None:
    assert {action for action in CaseAction if may(role, action)} == {
        a for (r, a), yes in PAIRS.items() if yes and r == role
    }


@pytest.mark.parametrize("action", ["grant_extension", "deny_extension"])
def test_first_and_second_extension_are_decided_by_different_roles(action: str) -> None:
    first, second = dict.fromkeys(move.permission for move in CASE.moves_of(action))
    assert [role for role in HELD if first in HELD[role]] == ["duty_officer"]
    assert [role for role in HELD if second in HELD[role]] == ["centre_leader"]


@pytest.mark.parametrize("action", ["grant_deferral", "deny_deferral"])
def test_first_and_further_deferrals_are_decided_by_different_roles(action: str) -> None:
    first, further = dict.fromkeys(move.permission for move in CASE.moves_of(action))
    assert [role for role in HELD if first in HELD[role]] == ["centre_leader"]
    assert [role for role in HELD if further in HELD[role]] == ["county_leader"]


def test_only_a_department_leader_asks_again_for_time() -> None:
    second = CASE.moves_of("ask_extension")[1].permission
    assert [role for role in HELD if second in HELD[role]] == ["department_leader"]


def test_only_grid_workers_report_what_they_fixed() -> None:
    fixed = CASE.moves_of("report")[1].permission
    assert [role for role in HELD if fixed in HELD[role]] == ["grid_worker"]


def test_roles_hold_only_permissions_that_exist_and_every_move_has_a_holder() -> None:
    held = set().union(*HELD.values())
    assert held <= set(CASE.permissions()) | set(Permission)
    assert set(CASE.permissions()) <= held


def test_roles_are_named_for_people_and_scoped() -> None:
    for role in ROLES:
        assert role["scope"] in {"grid", "department", "centre"}
        assert role["zh"]
        assert role["en"]
        assert role["permissions"] == sorted(set(role["permissions"]))
