"""The county's rules of messages know every kind that the machine's table has."""

from app.notices import notice_rules as rules
from app.notices.jobs import EXPORT_READY
from workflows.case_notices import TABLE


def test_every_kind_of_message_is_called_and_goes_to_its_audiences_as_shipped():
    audiences = {}
    for templates in TABLE.values():
        for template in templates:
            audiences.setdefault(template.kind, set()).add(template.to)
    shipped = rules.shipped()
    assert {code: set(rule.to) for code, rule in shipped.items() if code != EXPORT_READY} == audiences, (
        "app/catalogue/seed/messages.yaml names each kind of workflows/case_notices.py with its audiences"
    )
