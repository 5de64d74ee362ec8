"""Signing in."""

from tests.factories.identity import PASSWORD, assignment, bearer, person, role


def test_the_right_password_opens_a_session(app_context, client):
    role()
    someone = person(username="worker1", name="王小明")
    assignment(someone)
    answer = client.post("/api/v1/auth/login", json={"username": "Worker1", "password": PASSWORD, "device": "手机"})
    assert answer.status_code == 200, answer.text
    assert answer.json["expires_in"] == 3600
    assert answer.json["person"] == {
        "person_id": str(someone.id),
        "name": "王小明",
        "roles": ["tester"],
        "must_change_password": False,
    }
    me = client.get("/api/v1/me", headers=bearer(answer.json["access_token"]))
    assert me.status_code == 200, me.text
    assert me.json["person"]["username"] == "worker1"
    assert me.json["assignments"] == [
        {"role": "tester", "role_name": "测试角色", "scope": {"kind": "grid", "code": "141025"}}
    ]
