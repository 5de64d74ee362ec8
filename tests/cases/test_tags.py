"""A case that a phone holds already is not sent again."""


def test_a_case_that_is_held_already_is_not_sent_again_until_it_changes(town):
    case = town.worker.report().get_json()
    path, headers = f"/api/v1/cases/{case['case_id']}", town.acceptor.headers
    first = town.client.get(path, headers=headers)
    assert first.headers["ETag"].startswith('W/"')
    held = {**headers, "If-None-Match": first.headers["ETag"]}
    again = town.client.get(path, headers=held)
    assert (again.status_code, again.data) == (304, b"")
    town.acceptor.act(case, "accept")
    assert town.client.get(path, headers=held).status_code == 200
