"""What somebody wrote leaves the house without what looks like a number of theirs, or stands here with its reason."""

import ast

from tests.rules.sources import python

FREE = ("String", "Text")  # types of columns into which people write; codes are of their own type
MASKED = "without_numbers"
OFFICIAL = "a name from the county's own data: of grids, kinds, shifts, departments"
STAFF = "staff, in a list of staff"
KEPT = {  # what is written by people in files as it stands: where, and why
    ("app/cases/export_rows.py", "case.number"): "made by us",
    ("app/admin/exports.py", "one.address"): "the address from which a request came",
    ("app/admin/exports.py", "one.name"): STAFF,
    ("app/admin/exports.py", "one.number"): "of a case",
    ("app/board/exports.py", "one.text"): "a milestone, from the catalogue",
    ("app/board/exports.py", "order.title"): "the number of an order",
    ("app/board/exports.py", "reason.name"): OFFICIAL,
    ("app/campaigns/exports.py", "grid.name"): OFFICIAL,
    ("app/campaigns/exports.py", "line.question.name"): OFFICIAL,
    ("app/campaigns/exports.py", "line.question.unit"): OFFICIAL,
    ("app/campaigns/exports.py", "node.name"): OFFICIAL,
    ("app/campaigns/exports.py", "one.whole.name"): OFFICIAL,
    ("app/campaigns/exports.py", "question.unit"): OFFICIAL,
    ("app/catalogue/exports.py", "one.name"): OFFICIAL,
    ("app/departments/exports.py", "one.name"): OFFICIAL,
    ("app/desk/exports.py", "wanted.faults"): "what is wrong with an address, in our words",
    ("app/duty/exports.py", "PersonRow.name"): STAFF,
    ("app/duty/exports.py", "node.name"): OFFICIAL,
    ("app/duty/exports.py", "one.name"): OFFICIAL,
    ("app/duty/exports.py", "row.name"): STAFF,
    ("app/grids/exports.py", "each.name"): OFFICIAL,
    ("app/grids/exports.py", "line.grid.name"): OFFICIAL,
    ("app/grids/exports.py", "node.name"): OFFICIAL,
    ("app/grids/exports.py", "one.name"): OFFICIAL,
    ("app/identity/exports.py", "one.name"): STAFF,
    ("app/notices/exports.py", "rules[one.kind].name"): OFFICIAL,
    ("app/objects/exports.py", "grade.name"): OFFICIAL,
    ("app/objects/exports.py", "kind.name"): OFFICIAL,
    ("app/residents/exports.py", "row.number"): "of a resident, made by us",
    ("app/rounds/exports.py", "row.doer_name"): STAFF,
    ("app/rounds/exports.py", "row.marks"): "codes of ours",
    ("app/warnings/exports.py", "row.doer_name"): STAFF,
    ("app/warnings/exports.py", "row.issuer"): "the office that issued a warning",
    ("app/warnings/exports.py", "row.number"): "of a warning, by its issuer",
    ("app/warnings/exports.py", "township.name"): OFFICIAL,
}


def free_columns():
    """The names of columns that hold what somebody wrote."""
    return {
        one.target.id
        for path, tree in python("app")
        if path.endswith("/models.py")
        for one in ast.walk(tree)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.value is not None
        if any(getattr(part, "id", "") in FREE for part in ast.walk(one.value))
    }


def unmasked(tree, columns):
    """The attributes named like such columns that are read outside of what masks them."""
    hidden = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and MASKED in ast.unparse(call.func)
        for part in ast.walk(call)
    }
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and one.attr in columns and id(one) not in hidden:
            yield ast.unparse(one)


def test_free_texts_are_masked_in_every_file_that_leaves():
    columns = free_columns()
    assert {"owner_text", "reason", "address", "name"} <= columns
    assert list(unmasked(ast.parse("without_numbers(row.name), row.reason"), columns)) == ["row.reason"]
    found = {
        (path, text)
        for path, tree in python("app")
        if path.endswith("/exports.py") or path == "app/cases/export_rows.py"
        for text in unmasked(tree, columns)
    }
    assert found == set(KEPT), "mask it (without_numbers), or say here why it leaves as it is"
