"""What stands open in the catalogue and the calendars, for the first page of administration."""

from collections.abc import Iterator

from app.admin.remarks import Remark
from app.catalogue import queries as catalogue
from app.core.permissions import Person
from app.deadlines import queries as deadlines
from workflows.words import Words


def figures(person: Person) -> Iterator[Remark]:
    """Say how many figures are still examples that the county has to set."""
    left = sum(catalogue.examples().values())
    if left:
        text = Words(
            "还有 {} 项数字是示例，须由县里确定。", "{} figures are still examples: the county has to set them."
        )
        yield Remark(text.format(left), "/admin/catalogue/figures")


def years(person: Person) -> Iterator[Remark]:
    """Say which years come near whose holidays a calendar lacks; or that there are no calendars."""
    try:
        known, unknown = deadlines.calendars(), deadlines.unknown_years()
    except KeyError:
        text = Words("还没有工作日历，请先导入目录。", "There are no calendars: import the catalogue.")
        yield Remark(text, "/admin/calendars/")
        return
    for each in unknown:
        name = known.by_code[each.calendar].name
        text = Words(
            "“{}”缺少 {} 年的法定节假日和调休安排。", "The calendar {} lacks the statutory holidays of {}."
        ).format(name, each.year)
        yield Remark(text, f"/admin/calendars/{each.calendar}?year={each.year}")
