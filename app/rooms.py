"""The rooms in their order: an earlier one never imports a later one. Here are their routes and commands."""

from importlib import import_module

from click import Command
from flask import Flask

from app.admin.exports import AUDIT, PHOTOS
from app.catalogue.document_terms import DocumentKind
from app.catalogue.exports import CATALOGUE
from app.catalogue.words import KINDS as DOCUMENTS
from app.core.http import Api
from app.core.permissions import Permission, ScopeKind
from app.departments.exports import DEPARTMENTS
from app.duty.exports import DUTY
from app.frame.pages import Entrances, MenuEntry, Section
from app.grids.exports import GRIDS, ROSTER
from app.identity.exports import PEOPLE
from app.identity.permission_words import MANAGING
from app.objects.exports import OBJECTS
from app.rounds.exports import PLANS
from workflows.words import Words

ROOMS = (
    "core",
    "frame",
    "audit",
    "identity",
    "departments",
    "grids",
    "attachments",
    "catalogue",
    "objects",
    "residents",
    "deadlines",
    "cases",
    "intake",
    "dispatch",
    "rounds",
    "warnings",
    "campaigns",
    "duty",
    "notices",
    "desk",
    "board",
    "admin",
    "phone",
)
WITH_ROUTES = (
    "core.health",
    "identity.api",
    "departments.api",
    "grids.api",
    "grids.roster_api",
    "catalogue.api",
    "objects.api",
    "residents.api",
    "residents.import_api",
    "cases.api",
    "intake.api",
    "intake.uploads",
    "dispatch.api",
    "rounds.api",
    "warnings.api",
    "campaigns.api",
    "duty.api",
    "notices.api",
)
WITH_PAGES = (
    "frame.exports.pages",
    "frame.handbook",
    "frame.trust",
    "identity.pages",
    "identity.second_factor_pages",
    "identity.people_pages",
    "identity.people_import_pages",
    "identity.security_pages",
    "catalogue.admission_pages",
    "catalogue.document_pages",
    "catalogue.import_pages",
    "catalogue.figure_pages",
    "deadlines.calendar_pages",
    "departments.pages",
    "duty.pages",
    "objects.pages",
    "objects.object_import_pages",
    "grids.pages.tree_pages",
    "grids.pages.imports",
    "grids.pages.roster",
    "grids.pages.coverage_pages",
    "rounds.pages",
    "notices.pages",
    "desk.case_pages",
    "desk.dossier",
    "desk.report_pages",
    "desk.ticket_pages",
    "desk.aids",
    "desk.duty_pages",
    "desk.object_pages",
    "desk.round_pages",
    "desk.resident_import_pages",
    "desk.resident_pages",
    "desk.warning_pages",
    "board.pages",
    "board.campaign_pages",
    "admin.pages",
    "admin.unjudged_photos",
    "admin.audit_log",
    "phone.pages",
)
_GRID, _CENTRE, _DEPARTMENT = ScopeKind.GRID, ScopeKind.CENTRE, ScopeKind.DEPARTMENT
MENU = (
    MenuEntry("/desk/", Words("工作台", "Desk"), Permission.CASE_READ, homes=(_CENTRE, _DEPARTMENT), handbook="desk"),
    MenuEntry("/board/", Words("督导", "Board"), Permission.BOARD_READ, homes=(_GRID,), handbook="supervisor"),
    MenuEntry(
        "/board/campaigns/",
        Words("普查和体检", "Censuses and check-ups"),
        Permission.ROUND_OVERSEE,
        homes=(),
        handbook="supervisor",
        unless=Permission.BOARD_READ,
    ),
    MenuEntry(
        "/admin/roster/",
        ROSTER.title,
        Permission.GRID_ROSTER_READ,
        homes=(),
        handbook="supervisor",
        unless=Permission.ADMIN_READ,
    ),
    MenuEntry("/admin/", MANAGING, Permission.ADMIN_READ, homes=(_GRID,), handbook="administrator"),
    MenuEntry("/m/", Words("手机端", "Phone"), Permission.CASE_REPORT, homes=(_GRID,), handbook="grid-worker"),
)
ADMINISTRATION = (
    Section(
        "/admin/people/", PEOPLE.title, Permission.PEOPLE_READ,
        Words("账号、任职与请假；从表格导入。", "Accounts, what people hold, who is away; import from a sheet."),
    ),
    Section(
        "/admin/departments/", DEPARTMENTS.title, Permission.DEPARTMENT_MANAGE,
        Words("部门、别名、所用日历。", "Departments, their other names, their calendars."),
    ),
    Section(
        "/admin/grids/", GRIDS.title, Permission.GRID_IMPORT,
        Words(
            "网格树与边界；导入前检查缝隙、重叠和孤立。",
            "The grid tree and its boundaries; imports are checked for gaps, overlaps and orphans.",
        ),
    ),
    Section(
        "/admin/roster/", ROSTER.title, Permission.GRID_ROSTER_READ,
        Words("谁以什么身份服务哪个网格。", "Who serves which grid as what."),
    ),
    Section(
        "/admin/duty/", DUTY.title, Permission.GRID_ROSTER,
        Words("各中心哪天哪班谁值班；从表格导入。", "Who is on duty at which centre, and when; import from a sheet."),
    ),
    Section(
        "/admin/objects/", OBJECTS.title, Permission.OBJECT_MANAGE,
        Words(
            "部件、桥梁、自建房等登记一次、共同使用；从文件导入。",
            "What is entered once and shared by all trades; import from a file.",
        ),
    ),
    Section(
        "/admin/rounds/", PLANS.title, Permission.ROUND_OVERSEE,
        Words(
            "各服务要求的巡查、走访、检查及完成情况。",
            "Patrols, visits and inspections that services ask for, and what became of them.",
        ),
    ),
    Section(
        "/admin/catalogue/", CATALOGUE.title, Permission.CATALOGUE_IMPORT,
        Words("类别、时限、派遣规则的各个版本及差异。", "Versions of classes, limits and routes, and how they differ."),
    ),
    Section(
        "/admin/calendars/", DOCUMENTS[DocumentKind.CALENDARS], Permission.CATALOGUE_IMPORT,
        Words("工作时间、法定节假日、调休。", "Working hours, statutory holidays, make-up workdays."),
    ),
    Section(
        "/admin/security/", Words("安全设置", "Security"), Permission.SECURITY_READ,
        Words("登录、密码的各项数字；三权分立的情况。", "The figures of signing in; whose powers are held apart."),
    ),
    Section(
        "/admin/photos/", PHOTOS.title, Permission.ADMIN_READ,
        Words("服务器出错而没能检查的照片，只列名称。", "Photos that the server failed to look at, by name only."),
    ),
    Section(
        "/admin/audit/", AUDIT.title, Permission.AUDIT_READ,
        Words("谁登录、谁看了个人信息、谁改了什么。", "Who signed in, read personal data, changed what."),
    ),
)  # fmt: skip
ENTRANCES = Entrances(
    sign_in="sign_in.front",
    account="sign_in.account",
    first={
        "password_change_required": "sign_in.account",
        "second_factor_enrolment_required": "second_factor.page",
    },
)
WITH_DESCRIPTIONS = (  # of bodies whose shape the rooms' rules decide
    "cases.description",
    "intake.description",
    "rounds.description",
)
WITH_COMMANDS = (
    "core.openapi",
    "identity.cli",
    "grids.cli",
    "catalogue.cli",
    "objects.cli",
    "cases.cli",
    "cases.proof.cli",
    "intake.cli",
    "backup.cli",
    "demo.cli",
    "up.tls",
)


def register(app: Flask, api: Api) -> None:
    """Give the application every room's routes."""
    for name in WITH_ROUTES:
        api.register_blueprint(import_module(f"app.{name}").bp)
    for name in WITH_PAGES:
        app.register_blueprint(import_module(f"app.{name}").bp)


def describe(api: Api) -> None:
    """Complete the description with what only the rooms know; call when their rules have been entered."""
    for name in WITH_DESCRIPTIONS:
        import_module(f"app.{name}").describe(api.spec)


def commands() -> list[Command]:
    """Return every room's commands."""
    return [command for name in WITH_COMMANDS for command in import_module(f"app.{name}").commands]
