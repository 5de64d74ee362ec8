"""The pages on which administrators find people and look after accounts, roles held, and absences."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Response, current_app, make_response, redirect, request, url_for

from app.core import paging
from app.core.errors import NotFound, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person, ScopeKind
from app.core.transaction import transaction
from app.frame.forms import form_data, read
from app.frame.pages import Pages, render
from app.identity import (
    accounts,
    devices,
    passwords,
    people_forms,
    powers,
    queries,
    register,
    scopes,
    second_factor,
    staff_telephones,
)
from app.identity.bounds import ground_of
from app.identity.people_forms import FormState
from app.identity.permission_words import grouped
from app.identity.scopes import Scope
from workflows.words import Words

bp = Pages("people", __name__, url_prefix="/admin/people")

TEXT_MOST = 60
OFFERED_MOST = 50  # scopes in the list below a field; typing narrows it
EVERYBODY = {"text": "", "role": "", "place": "", "show": "active"}
DONE = {
    "granted": Words("已任职，从起始日起生效。", "The role is given; it holds from its first day."),
    "ended": Words("任职已结束，立即生效。", "The role has ended, from this moment."),
    "described": Words("资料已修改。", "The details are changed."),
    "created": Words("这个账号已经建立。初始密码只显示一次；没有记下请重置密码。",
                  "The account is there already. Its first password was shown once: reset it if nobody noted it."),
    "closed": Words("账号已关闭，所有设备已退出登录。", "The account is closed and signed out everywhere."),
    "reopened": Words("账号已恢复，可以用原来的密码登录。", "The account is open again, with the password it had."),
    "signed-out": Words("所有设备已退出登录。", "Signed out on every device."),
    "factor": Words("二次验证已重置，所有设备已退出登录。", "The second factor is reset; signed out on every device."),
    "absent": Words("请假已登记，期间不会派核实、核查任务。",
                    "The absence is entered: nobody names this person meanwhile."),
    "back": Words("请假已取消。", "The absence is taken back."),
}  # fmt: skip


@bp.route("/", methods=["GET", "POST"])
@needs(Permission.PEOPLE_READ)
def listed() -> Response:
    """List people. What is searched for comes as a form: names and phones do not belong in addresses."""
    args = form_data() if request.method == "POST" else request.args
    values = {name: args.get(name, "").strip()[:TEXT_MOST].replace("\x00", "") for name in ("text", "role", "place")}
    values["show"] = args.get("show", "") if args.get("show") in register.SHOW else "active"
    try:
        place, faults = scopes.anywhere(values["place"]), {}
    except scopes.ScopeUnknown as unknown:
        place, faults = None, {"place": [unknown.detail]}
    wanted = register.PeopleFilter(values["text"], values["role"], place, values["show"])
    after = paging.identity(paging.decode(args["cursor"], 1)[0]) if args.get("cursor") else None
    page = register.PeoplePage([], None) if faults else register.find(current_person(), wanted, after)
    following = paging.encode(page.next) if page.next else None
    form = FormState(values, None, faults)
    return render(
        "people/people.html", page=page, form=form, following=following, after=after, roles=queries.roles(),
        show=register.SHOW, last_day=people_forms.last_day, narrowed=values != EVERYBODY,
    )  # fmt: skip


@bp.get("/scopes")
@needs(Permission.PEOPLE_READ)
def offered() -> Response:
    """Give the scopes among which a field offers to choose: of the role's kind and by what is typed, or of any."""
    kind = queries.roles().scope_kinds.get(request.args.get("role", ""))
    text = (request.args.get("scope") or request.args.get("place") or "").strip()
    return render("people/scopes.html", offered=_offered(kind, text, anywhere="place" in request.args))


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def new() -> Response:
    """Make an account; its first password is shown in the answer, and nowhere else."""
    if request.method == "GET":
        return _form(
            "people/new_person.html", FormState({"person_id": str(uuid4()), "role": request.args.get("role", "")})
        )
    by, password = current_person(), passwords.invent()
    try:
        data = read(_new_person(by))
        if register.exists_already(data["person_id"]):
            return _to(data["person_id"], "created")
        if "role" in data:
            data["scope_code"] = people_forms.place(data["role"], data.pop("scope")).code
        with passwords.turn():
            hashed = passwords.hash_password(password)
        with transaction():
            row = accounts.hire(**data, password_hash=hashed, by=by)
    except Problem as problem:
        return _form("people/new_person.html", people_forms.refused(form_data(), problem), problem.status)
    return _password(row, password)


@bp.get("/<uuid:person_id>")
@needs(Permission.PEOPLE_READ)
def one(person_id: UUID) -> Response:
    """Show a person: what they hold, their devices, their absences."""
    return _person(person_id)


@bp.route("/<uuid:person_id>/details", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def details(person_id: UUID) -> Response:
    """Change what a person is called, and their phone."""
    row = register.one(person_id, current_person())
    began = {"name": row.name, "phone": staff_telephones.of(row) or ""}
    return _filled("people/details.html", person_id, began, _describe, "described")


@bp.route("/<uuid:person_id>/roles", methods=["GET", "POST"])
@needs(Permission.ROLE_GRANT)
def roles_of(person_id: UUID) -> Response:
    """Give a person a role."""
    return _filled("people/give.html", person_id, {"role": request.args.get("role", "")}, _give, "granted")


@bp.route("/<uuid:person_id>/absences", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def absences_of(person_id: UUID) -> Response:
    """Enter when a person is away."""
    return _filled("people/absence.html", person_id, {}, _enter_absence, "absent")


@bp.post("/<uuid:person_id>/roles/<uuid:assignment_id>/end")
@needs(Permission.ROLE_GRANT)
def end_role(person_id: UUID, assignment_id: UUID) -> Response:
    """End a role."""
    return _carried(person_id, "ended", lambda: accounts.end(person_id, assignment_id, by=current_person()))


@bp.post("/<uuid:person_id>/absences/<int:since_us>/back")
@needs(Permission.PEOPLE_MANAGE)
def take_back(person_id: UUID, since_us: int) -> Response:
    """Take an absence back."""
    try:
        since = paging.EPOCH + timedelta(microseconds=since_us)
    except OverflowError:
        raise NotFound from None
    return _carried(person_id, "back", lambda: accounts.take_back_absence(person_id, since, by=current_person()))


@bp.post("/<uuid:person_id>/close")
@needs(Permission.PEOPLE_MANAGE)
def close(person_id: UUID) -> Response:
    """Close an account."""
    return _carried(person_id, "closed", lambda: accounts.close(person_id, by=current_person()))


@bp.post("/<uuid:person_id>/reopen")
@needs(Permission.PEOPLE_MANAGE)
def reopen(person_id: UUID) -> Response:
    """Open a closed account again."""
    return _carried(person_id, "reopened", lambda: accounts.reopen(person_id, by=current_person()))


@bp.post("/<uuid:person_id>/sign-out")
@needs(Permission.ACCESS_RESET)
def sign_out(person_id: UUID) -> Response:
    """Sign a person out on all devices."""
    return _carried(person_id, "signed-out", lambda: accounts.sign_out(person_id, by=current_person()))


@bp.post("/<uuid:person_id>/second-factor")
@needs(Permission.ACCESS_RESET)
def reset_second_factor(person_id: UUID) -> Response:
    """Take a person's second factor away, for example when the phone is lost."""
    return _carried(person_id, "factor", lambda: accounts.reset_second_factor(person_id, by=current_person()))


@bp.post("/<uuid:person_id>/password")
@needs(Permission.ACCESS_RESET)
def reset_password(person_id: UUID) -> Response:
    """Give a person a one-time code in place of the password, shown in the answer and nowhere else."""
    by = current_person()
    row = register.one(person_id, by)
    try:
        with transaction():
            code = accounts.reset_password(person_id, by=by)
    except Problem as problem:
        return _person(person_id, problem.status, refused=problem.detail)
    return _password(row, code, hours=current_app.config["SIGN_IN_CODE_HOURS"])


@bp.get("/<uuid:person_id>/<any(close, reopen, 'sign-out', password, 'second-factor'):_act>")
@bp.get("/<uuid:person_id>/roles/<uuid:_act>/end")
@bp.get("/<uuid:person_id>/absences/<int:_act>/back")
@needs(Permission.PEOPLE_READ)
def look_again(person_id: UUID, _act: object) -> Response:
    """Lead back to the person whoever reloads the answer to an act, or reads it in the other language."""
    return _to(person_id)


@bp.get("/roles")
@needs(Permission.PEOPLE_READ)
def roles() -> Response:
    """Show what every role may do."""
    known = queries.roles()
    kinds = list(ScopeKind)
    ordered = sorted(known.permissions, key=lambda role: (kinds.index(known.scope_kinds[role]), role))
    permissions_of = {role: grouped(known.permissions[role]) for role in ordered if known.permissions[role]}
    together = {role for role in permissions_of if powers.undivided(known.permissions[role])}
    return render(
        "people/roles.html",
        roles=known,
        held_in=scopes.HELD_IN,
        permissions_of=permissions_of,
        together=together,
        holders=register.count_by_role(current_person()),
    )


def _new_person(by: Person) -> people_forms.NewPersonIn:
    """Return the form of a new account: with a first role by whoever may grant it, else without."""
    grants = by.may(Permission.ROLE_GRANT)
    return people_forms.NewPersonIn() if grants else people_forms.NewPersonIn(exclude=("role", "scope"))


def _describe(person_id: UUID) -> None:
    accounts.describe(person_id, **read(people_forms.DetailsIn()), by=current_person())


def _give(person_id: UUID) -> None:
    data = read(people_forms.RoleIn())
    code = people_forms.place(data["role"], data["scope"]).code
    since, until = people_forms.term(data["valid_from"], data["valid_to"])
    accounts.give(person_id, data["role"], code, since, until, by=current_person())


def _enter_absence(person_id: UUID) -> None:
    data = read(people_forms.AbsenceIn())
    accounts.enter_absence(person_id, data["since"], people_forms.day_after(data["until"]), by=current_person())


def _filled(
    template: str, person_id: UUID, began: Mapping[str, str], act: Callable[[UUID], None], done: str
) -> Response:
    """Show a form about a person, or carry out what it says; what is at fault is shown in the form."""
    row = register.one(person_id, current_person())
    if request.method == "GET":
        return _form(template, FormState(began), row=row)
    try:
        with transaction():
            act(person_id)
    except NotFound:
        raise
    except Problem as problem:
        return _form(template, people_forms.refused(form_data(), problem), problem.status, row=row)
    return _to(person_id, done)


def _carried(person_id: UUID, done: str, act: Callable[[], None]) -> Response:
    """Carry out what needs no form, and go back to the person."""
    try:
        with transaction():
            act()
    except NotFound:
        raise
    except Problem as problem:
        return _person(person_id, problem.status, refused=problem.detail)
    return _to(person_id, done)


def _person(person_id: UUID, status: int = 200, **more: Any) -> Response:
    row = register.one(person_id, current_person())
    carried = queries.permissions_of(queries.assignments(person_id))
    return render(
        "people/one.html", status, row=row, phone=staff_telephones.number_of(row), held=register.held_by(person_id),
        roles=queries.roles(), factor_since=second_factor.since(person_id),
        powers=powers.held(carried) if powers.undivided(carried) else (),
        devices=queries.sessions(person_id), absences=register.absences(person_id),
        done=DONE.get(request.args.get("done", "")), called=devices.called,
        last_day=people_forms.last_day, micros=_micros,
        **more,
    )  # fmt: skip


def _form(template: str, form: FormState, status: int = 200, **more: Any) -> Response:
    kind = queries.roles().scope_kinds.get(form.values.get("role", ""))
    offered = _offered(kind, form.values.get("scope", ""))
    return render(template, status, form=form, roles=queries.roles(), kinds=ScopeKind, offered=offered, **more)


def _micros(moment: datetime) -> int:
    return (moment - paging.EPOCH) // timedelta(microseconds=1)


def _password(row: Any, password: str, *, hours: int | None = None) -> Response:
    """Show a first password, or a code and for how many hours it can be used."""
    page = render("people/password.html", row=row, password=password, hours=hours, address=request.host_url)
    page.headers["Cache-Control"] = "no-store"
    return page


def _offered(kind: ScopeKind | None, text: str, *, anywhere: bool = False) -> list[Scope]:
    """Return the scopes of a kind, or of all, that hold what is typed: the first ones when that is nothing."""
    ground = ground_of(current_person(), Permission.PEOPLE_READ)
    kinds = tuple(ScopeKind) if anywhere else (kind,) if kind else ()
    all_scopes = (one for each in kinds for one in ground.offered(each) if text.lower() in one.choice.lower())
    return [one for one, _ in zip(all_scopes, range(OFFERED_MOST), strict=False)]


def _to(person_id: UUID, done: str | None = None) -> Response:
    return make_response(redirect(url_for("people.one", person_id=person_id, done=done), 303))
