"""Look into answers about cases: their clocks, their tasks, and how something was refused."""


def clocks_of(case, stage):
    """The clocks of a stage, the oldest first."""
    return [clock for clock in case["clocks"] if clock["stage"] == stage]


def results(case, *stages):
    """What became of each clock, as (stage, result) in the order they began; of the stages named, or all."""
    return [(clock["stage"], clock["result"]) for clock in case["clocks"] if not stages or clock["stage"] in stages]


def running(case):
    """The stages whose clocks run now."""
    return {clock["stage"] for clock in case["clocks"] if clock["stopped_at"] is None}


def tasks_of(case, part):
    """The tasks of a part, the oldest first."""
    return [task for task in case["tasks"] if task["part"] == part]


def refused(answer, status, code=None):
    """The body of an answer that must be a refusal of this status (and code), with a Chinese sentence in it."""
    body = answer.get_json()
    assert answer.status_code == status, (answer.status_code, body)
    assert code is None or body["code"] == code, body
    assert any("\u4e00" <= letter <= "\u9fff" for letter in body["detail"]), body
    return body


def guarded(answer, guard):
    """The body of an answer that must be a refusal by this guard of the machine, with the fresh case beside it."""
    body = refused(answer, 409, "move_not_allowed")
    assert body["reason"] == guard, body
    assert body["case"]["case_id"]
    return body


def without_forms(case):
    """A case that was read by itself, as lists and other answers have it: its acts name their forms alone."""
    return {**case, "actions": [{name: each[name] for name in each if name not in ("fields", "photos")}
                                for each in case["actions"]]}  # fmt: skip
