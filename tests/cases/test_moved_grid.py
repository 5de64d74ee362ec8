"""A grid that moves in the tree takes its cases along."""

from click.testing import CliRunner

from app.cases.proof.cli import commands
from app.grids.levels import Level
from tests.factories.grids import EAST, VILLAGES, WEST, county, draft, import_grids, strip
from tests.factories.town import NEXT_GRID, THERE


def test_cases_are_seen_from_where_their_grid_has_moved_to(app, town):
    east = town.hire("inspector", "grid", EAST)
    case = town.next_worker.report(at=THERE).get_json()
    assert east.get(f"cases/{case['case_id']}").status_code == 404
    kept = [one for one in county() if one.code not in (WEST, EAST, VILLAGES[1], NEXT_GRID)]
    moved = [
        draft(WEST, strip(0, 1), Level.TOWNSHIP),
        draft(EAST, strip(1, 4), Level.TOWNSHIP),
        draft(VILLAGES[1], strip(1, 2), Level.VILLAGE, parent=EAST),
        draft(NEXT_GRID, strip(1, 2)),
    ]
    with app.app_context():
        import_grids([*kept, *moved])
    assert east.read(case)["grid"]["code"] == NEXT_GRID
    with app.app_context():
        verify = next(command for command in commands if command.name == "verify")
        told = CliRunner().invoke(verify, [])
    assert told.exit_code == 0, told.output
