"""The admission list as a page that everybody may read."""

from flask import Response

from app.catalogue.admissions import listed_services
from app.core.http import public
from app.frame.pages import Pages, render

bp = Pages("admissions_page", "app.catalogue", url_prefix="/admissions")


@bp.get("/")
@public("which duties the grids may be given is listed for everybody")
def every() -> Response:
    """List the services with their decisions."""
    return render("catalogue/admissions.html", rows=listed_services())
