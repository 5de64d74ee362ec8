"""A phone as its owner holds it: what it keeps of the cases, and how it asks for the rest."""


class Phone:
    """Keep the cases of a person by their id, as a careful phone does."""

    def __init__(self, actor):
        self.actor, self.cursor, self.cases = actor, None, {}

    def exchange(self, operations=(), **more):
        """Send operations and read one page; return the answer's body."""
        body = {"cursor": self.cursor, "operations": list(operations), **more}
        answer = self.actor.send("POST", "sync", body)
        assert answer.status_code == 200, answer.get_json()
        said = answer.get_json()
        if said["reset"]:
            self.cases.clear()
        for case in said["changes"]:
            self.cases[case["case_id"]] = case
        for case_id in said["gone"]:
            self.cases.pop(case_id, None)
        self.cursor = said["cursor"]
        return said

    def sync(self, operations=()):
        """Send operations and read until nothing is left; return what came of them."""
        said = self.exchange(operations)
        results = said["results"]
        while said["more"]:
            said = self.exchange()
        return results

    def has(self):
        """What the phone holds, as (case_id, seq)."""
        return {(case["case_id"], case["seq"]) for case in self.cases.values()}

    def fresh(self):
        """What another phone of the same person, empty until now, would hold."""
        other = Phone(self.actor)
        other.sync()
        return other.has()


def report_of(case_id, body):
    """A report as an operation."""
    return {"type": "report", "case_id": case_id, "body": body}


def act_of(case_id, action, seen, op_id, **data):
    """An act as an operation."""
    return {"type": "act", "case_id": case_id, "op_id": op_id, "action": action, "seen": seen, "data": data}
