"""A town that is warned."""

import pytest

from tests.factories import rounds

RECEIPT_FORM = [
    {"field": "moved", "label": "转移人数", "type": "integer", "minimum": 0, "maximum": 100000},
    {"field": "returned", "label": "返回人数", "type": "integer", "minimum": 0, "maximum": 100000},
]
YEARLY = {"per": "year", "times": 1, "source": "example"}


@pytest.fixture
def warned(app, town):
    """A town whose service answers to warnings: a receipt for each grid, and a patrol beside it."""
    patrol = rounds.plan("look", name="火情巡查", frequency={**YEARLY, "on_warning": True})
    receipt = rounds.plan("receipt", name="预警签收", kind="warning", frequency=YEARLY, form=RECEIPT_FORM,
                          finding_classes=[])  # fmt: skip
    rounds.provide(app, receipt, patrol, code="forest")
    return town
