"""Say by which key each act is opened: a key belongs to its step, wherever that stands and whoever looks.

Small letters are for what is done every day. Acts that are of one kind and never stand beside each other share a letter
(`r` says no to whatever a stage asks, `V` takes back); `tests/rules/test_step_keys.py` holds that no two
that can be taken in one state do. `g j k x b u / ?` move about and belong to no act.
"""

from collections.abc import Mapping, Sequence

from workflows.case_terms import CaseAction as A
from workflows.words import Words, listed

MOVING = frozenset("gjkxbu")

KEYS: Mapping[str, str] = {
    A.ACCEPT: "a",
    A.VERIFY: "v",
    A.REFUSE: "r",
    A.CLOSE_FIXED: "p",
    A.MERGE: "M",
    A.UNMERGE: "M",
    A.KEEP: "K",
    A.WITHDRAW: "W",
    A.RECONSIDER: "o",
    A.CONFIRM_TRUE: "y",
    A.CONFIRM_FALSE: "n",
    A.CANNOT_VERIFY: "q",
    A.RECALL_VERIFY: "V",
    A.FILE: "f",
    A.DECLINE: "r",
    A.DISPATCH: "d",
    A.WITHDRAW_DISPATCH: "V",
    A.RECALL: "V",
    A.ADD_ASSIST: "A",
    A.DROP_ASSIST: "D",
    A.ESCALATE: "U",
    A.HAND_DOWN: "L",
    A.VOID: "X",
    A.SIGN: "s",
    A.ASSIGN: "h",
    A.MILESTONE: "c",
    A.FINISH: "w",
    A.ASK_RETURN: "q",
    A.GRANT_RETURN: "Y",
    A.DENY_RETURN: "N",
    A.ASK_EXTENSION: "z",
    A.GRANT_EXTENSION: "y",
    A.DENY_EXTENSION: "n",
    A.ASK_DEFERRAL: "Z",
    A.GRANT_DEFERRAL: "G",
    A.DENY_DEFERRAL: "J",
    A.ASK_ASSIST: "K",
    A.GRANT_ASSIST: "L",
    A.DENY_ASSIST: "M",
    A.WITHDRAW_ASK: "O",
    A.RESUME: "R",
    A.REFER: "F",
    A.WHISTLE: "T",
    A.ARRIVE: "E",
    A.RATE_WHISTLE: "Q",
    A.ASSIGN_CHECK: "h",
    A.PASS_CHECK: "p",
    A.FAIL_CHECK: "r",
    A.CLOSE: "c",
    A.REFUSE_CLOSE: "r",
    A.FORCE_CLOSE: "C",
    A.REOPEN: "o",
    A.CALL_BACK: "t",
    A.SPOT_CHECK: "P",
    A.CORRECT: "e",
    A.URGENT: "i",
    A.CLEAR_URGENT: "I",
    A.URGE: "H",
    A.SUPERVISE: "S",
    A.COMMENT: "m",
    A.COPY: "l",
    A.ATTACH: "B",
    A.REPLY: "t",
    A.NOTE_TICKET: "o",
    A.ASK_SENDER: "R",
    A.SECOND_ORDER: "d",
    A.DECLINE_REOPEN: "n",
}
# Letters are few: what comes now and then, and from outside, is opened by a click alone.
BY_CLICK = frozenset({
    A.SENDER_TOOK_BACK, A.SENDER_REFUSED, A.ASK_SENDER_TIME, A.SENDER_GAVE_TIME, A.SENDER_KEPT_DATE,
    A.REPLY_SUPERVISION, A.LIFT_SUPERVISION,
    A.SUB_ASSIGN, A.SUB_FINISH, A.SUB_DROP,
    A.TAKE_BACK,
})  # fmt: skip


def letters() -> Sequence[tuple[str, Words]]:
    """Return each letter with the steps to which it belongs, small letters first, as the alphabet has them."""
    by_letter: dict[str, list[Words]] = {}
    for action, key in KEYS.items():
        by_letter.setdefault(key, []).append(A.of(action).words)
    alphabet = sorted(by_letter, key=lambda key: (key.isupper(), key))
    return [(f"Shift + {key}" if key.isupper() else key, listed(by_letter[key])) for key in alphabet]
