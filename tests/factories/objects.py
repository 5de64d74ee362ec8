"""Objects as somebody enters them."""

from uuid import uuid4

from tests.factories.town import HERE

BOX = "141025"


def component(number=1, sort="0102", *, at=HERE, **more):
    """The body of a component; each number is another one."""
    return {
        "kind": "component", "identifier": f"{BOX}{sort}{number:06}", "name": f"井盖{number}", "lon": at[0],
        "lat": at[1], **more,
    }  # fmt: skip


def enter(actor, body, object_id=None):
    """Enter an object; return the answer."""
    return actor.send("PUT", f"objects/{object_id or uuid4()}", body)


def keep(actor, body, object_id=None):
    """Enter an object that must be taken; return it."""
    answer = enter(actor, body, object_id)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def change(actor, kept, *, seen=None, op_id=None, **changes):
    """Change an object as it was last seen; return the answer."""
    body = {"op_id": str(op_id or uuid4()), "seen": seen or kept["version"], **changes}
    return actor.send("POST", f"objects/{kept['object_id']}/changes", body)
