"""Who may change the catalogue: it holds for the whole county, so only those who look after all of it."""

from app.core.errors import Forbidden
from app.core.permissions import Permission, Person
from app.identity.queries import whole_county


class CountyOnly(Forbidden):
    """目录和日历对全县生效，只有管理全县的管理员可以修改；您可以查看和下载。"""

    code = "county_only"
    en = "Catalogue and calendars hold for the whole county: only administrators of all of it may change them."


def may_change(person: Person) -> bool:
    """Tell whether somebody may change documents."""
    return whole_county(person, Permission.CATALOGUE_IMPORT)


def require(person: Person) -> None:
    """Raise CountyOnly for whoever may only read."""
    if not may_change(person):
        raise CountyOnly
