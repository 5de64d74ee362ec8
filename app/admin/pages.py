"""The first page of administration."""

from flask import Response

from app.admin import remarks
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame.pages import Pages, render, sections

bp = Pages("administration", __name__, url_prefix="/admin")


@bp.get("/")
@needs(Permission.ADMIN_READ)
def home() -> Response:
    """Show the parts of administration, and what stands open in each."""
    open_ = remarks.remarks(current_person(), (section.path for section in sections()))
    return render("admin/administration.html", remarks=open_)
