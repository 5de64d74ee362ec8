"""A kind of warning that nobody could confirm is refused with file, line and field, whichever file takes it away."""

import pytest
import yaml

from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused, UploadedFile, naming_lines, read_uploads
from tests.factories import catalogue as catalogue_factory

pytestmark = pytest.mark.one_database


def compare(kind, content):
    """Compare one file with what is in force, as the command does."""
    text = yaml.safe_dump({kind: content}, allow_unicode=True)
    upload = UploadedFile(f"{kind}.yaml", text.encode())
    with naming_lines([upload]):
        return catalogue.compare(read_uploads([upload])).documents


def refused(kind, content):
    with pytest.raises(DocumentRefused) as why:
        compare(kind, content)
    ((where, texts),) = why.value.fields.items()
    assert "第" in str(texts[0]), "the line"
    return where


def kinds():
    return catalogue_factory.seed_content("warnings", "warnings")["warnings"]


def flood(**receipt):
    """The service for floods with another receipt; without one where it is another kind of round."""
    content = catalogue_factory.seed_content("flood", "service")
    for one in content["rounds"]:
        if one["code"] == "receipt":
            one.update(receipt)
    return content


def test_a_kind_names_a_service_and_a_receipt_that_are_there(app_context):
    catalogue_factory.import_seed()
    first, *others = kinds()
    assert compare("warnings", [first])
    assert (
        refused("warnings", [*others, {**first, "service": "hail"}])
        == f"warnings.yaml: warnings[{len(others)}].service"
    )
    assert refused("warnings", [{**first, "receipt": "reciept"}, *others]) == "warnings.yaml: warnings[0].receipt"


def test_a_service_keeps_the_receipt_by_which_warnings_are_confirmed(app_context):
    catalogue_factory.import_seed()
    assert compare("service", flood(name="签收"))
    assert refused("service", flood(code="other")) == "service.yaml: service.rounds"
    form = next(one for one in flood()["rounds"] if one["code"] == "receipt")["form"]
    where = refused("service", flood(form=[form[0], {**form[1], "field": "back"}]))
    assert (where.startswith("service.yaml: service.rounds["), where.endswith("].form")) == (True, True)
