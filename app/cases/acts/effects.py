"""What follows the centre's own moves: acceptance, filing, correction, levels, urgency, remarks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.cases import case_objects, centres
from app.cases.acts import engine_steps, follow_ups, milestones, places, rounds, successors, tasks
from app.cases.clocks import case_limits, clocks, dates_above, hand_down_dates
from app.cases.clocks.answerable import Answerable
from app.cases.models import Case
from app.cases.protocol import Rule
from app.cases.schemas import parts
from app.cases.turn import Turn
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass
from app.core import clock
from app.core.errors import Invalid
from app.grids.levels import Level
from app.grids.tree import GridNode
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, CaseState, TaskState
from workflows.procedure import EngineStep
from workflows.words import Words

_NO_GRADE = Words("此类别没有这个风险等级，请重新选择。", "This class has no such grade of risk: choose again.")
_NO_CONDITION = Words("此类别没有这个立案条件，请重新选择。", "This class has no such condition: please choose again.")


def accept(turn: Turn) -> None:
    """Take the case on; a self-fixed one becomes an ordinary case."""
    turn.case.self_fixed = False


def reject(turn: Turn) -> None:
    """Refuse or decline: the reporter is told why."""
    end(turn)


def keep(turn: Turn) -> None:
    """Remember that the danger remains."""
    turn.case.danger_remains = True


def file(turn: Turn) -> None:
    """Fix class, condition and version; the case clock starts with the first filing of a round."""
    case_class = _class(turn.data["class"])
    condition = turn.data["condition"]
    if case_class.condition(condition) is None:
        raise Invalid.at(
            "data.condition",
            _NO_CONDITION,
        )
    set_class(turn, case_class, condition)
    set_colour(turn, turn.data.get("colour"))
    turn.case.filed_at = turn.case.filed_at or turn.counts_at
    turn.case.missed_by_patrol = turn.data.get("missed_by_patrol", turn.case.missed_by_patrol)
    start_case_clock(turn)


def start_case_clock(turn: Turn) -> None:
    """Start the case clock, or let the one that has outlived escalation or hand-down have the limit of the class now.

    The clock of filing itself, which ends here, is judged by what was known before.
    """
    if turn.running(Stage.CASE):
        clocks.compute_anew(turn, Stage.CASE)
    else:
        clocks.start(turn, Stage.CASE, Answerable.centre(turn.case.centre))


def void(turn: Turn) -> None:
    """End a case that should not exist."""
    tasks.stop_all(turn)
    end(turn)


def force_close(turn: Turn) -> None:
    """End a case by the leader's word: tasks stopped, clocks without result."""
    tasks.stop_all(turn)
    turn.case.closed_at = turn.counts_at
    follow_ups.begin(turn)
    end(turn)


def end(turn: Turn) -> None:
    """Note which action ended the case."""
    turn.case.ended_how = turn.action


def correct(turn: Turn) -> None:
    """Replace what was wrong; limits that depend on it are computed anew from their own start."""
    case, data = turn.case, turn.data
    filed_under, limited_by = (case.class_code, case.condition), _limited_by(case)
    if "class" in data:
        set_class(turn, _class(data["class"]), data.get("condition"))
    elif "condition" in data:
        case.condition = data["condition"]
    set_colour(turn, data.get("colour"))
    rules = case_limits.class_of(case)
    if case.condition and (rules is None or rules.condition(case.condition) is None):
        raise Invalid.at(
            "data.condition",
            _NO_CONDITION,
        )
    if case.filed_at and not case.condition:
        raise Invalid.at(
            "data.condition",
            Words(
                "已立案的案件更正类别时，须同时选择立案条件。",
                "The case is filed: choose the condition with the class.",
            ),
        )
    case_objects.correct(turn)
    located, chosen = places.point_in(turn), places.grid_in(data, "data.grid")
    if located is not None:
        case.lon, case.lat = located.lon, located.lat
        set_grid(turn, located.grid)
    if chosen is not None:
        set_grid(turn, chosen)
    case.address = data.get("address", case.address)
    case.description = data.get("description", case.description)
    clocks.answer_to_centre(turn)
    if _limited_by(case) == limited_by:
        clocks.count_anew(turn)
    else:
        clocks.compute_anew(turn)
    turn.turned = (case.class_code, case.condition) != filed_under
    milestones.follow(turn, *filed_under)


def _limited_by(case: Case) -> tuple[str | int | None, ...]:
    return case.class_code, case.condition, case.colour, case.catalogue_version, case.area_class


def prepare_urgent(turn: Turn) -> Prepared:
    """Tell whether more steps shall follow: a class may have made the case urgent already."""
    return Prepared(express_asked=any(turn.data.get(name) for name in parts.EXPRESS))


def urgent(turn: Turn) -> None:
    """Let every running limit run day and night. `wiring` lets accept, file and dispatch follow if they came along."""
    if not turn.case.urgent:  # its class may have made it so already, from the beginning
        _make_urgent(turn, True)
        clocks.mark_urgent(turn)


def clear_urgent(turn: Turn) -> None:
    """Give the ordinary limits back."""
    _make_urgent(turn, False)
    clocks.clear_urgent(turn)


def _make_urgent(turn: Turn, urgent: bool) -> None:
    """Mark a case as urgent or not, and since when."""
    if turn.case.urgent != urgent:
        turn.case.urgent, turn.case.urgent_since = urgent, turn.counts_at if urgent else None


def escalate(turn: Turn) -> None:
    """Hand the case to the next centre above; the tasks stop, the case clock runs on.

    Whoever handed it down first closes it, until it is back there; so holds the limit that each has set.
    """
    upper = centres.upper_centre(turn.case)
    if upper is not None:  # the guard has seen to it
        _move_to(turn, upper)
        dated = turn.case.handed_down_due_at is not None
        hand_down_dates.follow(turn)
        if centres.is_back(turn.case, upper):
            turn.case.handed_down_by = None
        clocks.answer_to_centre(turn, Stage.CASE)
        if dated:
            clocks.count_anew(turn, Stage.CASE)


def prepare_hand_down(turn: Turn) -> Prepared:
    """Tell whether the limit given ends within the case's own, or before it is filed, within a superior's."""
    due_at, ends_at = turn.data.get("due_at"), turn.case.case_due_at or case_limits.cap_of(turn)
    return Prepared(limit_within_case=not (due_at and ends_at and due_at > ends_at))


def hand_down(turn: Turn) -> None:
    """Hand the case to a centre below, which works on it; who handed it down closes."""
    lower = {node.code: node for node in centres.lower_centres(turn.case)}
    target = lower.get(turn.data["centre"])
    if target is None:
        raise Invalid.at(
            "data.centre", Words("请选择案件所在地的下级中心。", "Choose a lower centre of the case's place.")
        )
    turn.case.handed_down_by = turn.case.handed_down_by or turn.case.centre
    if turn.data.get("due_at"):
        if turn.data["due_at"] <= turn.now:
            raise Invalid.at("data.due_at", Words("办理期限应在现在之后。", "The limit must lie after now."))
        earlier = turn.case.handed_down_due_at
        binds = earlier is not None and dates_above.binds(turn, earlier)
        # the earliest word of all binds it, but for those of an earlier round
        turn.case.handed_down_due_at = min(earlier, turn.data["due_at"]) if earlier and binds else turn.data["due_at"]
    _move_to(turn, target)
    clocks.count_anew(turn)


def take_back(turn: Turn) -> None:
    """Give the case back to the centre that handed it down first; no date of a hand-down binds it any more.

    There the work begins anew, its tasks stopped. What is done, put off or with others stays so, and who was named to
    look at it does: only the centre's own stages begin for another.
    """
    giver, dated = centres.giver_of(turn.case), turn.case.handed_down_due_at is not None
    anew = turn.case.state in (CaseState.REPORTED, CaseState.ACCEPTED)
    if anew:
        _move_to(turn, giver)
    else:
        turn.case.centre, turn.case.level, turn.turned = giver.code, giver.level, True
    turn.case.handed_down_by = None
    hand_down_dates.follow(turn)
    clocks.answer_to_centre(turn, *((Stage.CASE,) if anew else ()))
    if dated:
        clocks.count_anew(turn, Stage.CASE)


def _move_to(turn: Turn, centre: GridNode) -> None:
    tasks.stop_all(turn, if_late=True)
    turn.case.centre, turn.case.level, turn.case.lead = centre.code, centre.level, None
    turn.turned = turn.entered_anew = True


def overdue(turn: Turn) -> None:
    """Mark a clock as overdue; when the time to sign is over, the time to handle begins."""
    engine_steps.overdue(turn)
    clock = engine_steps.named_clock(turn)
    task = turn.task_numbered(clock.task) if clock.task else None
    if clock.stage == Stage.SIGN and task is not None and task.state == TaskState.SENT:
        tasks.start_handling(turn, task)


def set_class(turn: Turn, case_class: CaseClass, condition: str | None) -> None:
    """Put a case under a class, in the version now in force: it is urgent if the class is, unless somebody decided."""
    case, service = turn.case, catalogue_queries.catalogue().service_of(case_class.code)
    is_other = case.class_code != case_class.code
    if is_other:
        case.colour = None  # the grades of another class mean something else
    if not any(step.action in (CaseAction.URGENT, CaseAction.CLEAR_URGENT) for step in turn.past):
        _make_urgent(turn, case_class.urgent)
    case.class_code, case.condition = case_class.code, condition
    if is_other:
        case_objects.keep_if_of_class(turn)
    # what was told in confidence stays so under a class made milder since: each filing and correcting passes here
    case.confidential = case_class.confidential or (not is_other and bool(case.confidential))
    case.catalogue_version = case_class.version
    if turn.past and (service.code if service else None) != case.service:
        judge_admission(case, turn.past[0].counts_at)
    case.service = service.code if service else None


def set_colour(turn: Turn, colour: str | None) -> None:
    """Give the case a grade of risk; none given, it keeps the one it has as far as its class has such a grade."""
    rules = case_limits.class_of(turn.case)
    if colour is not None and (rules is None or rules.grade(colour) is None):
        raise Invalid.at("data.colour", _NO_GRADE)
    grade = rules.grade(colour or turn.case.colour) if rules else None
    turn.case.colour = grade.colour if grade else None


def judge_admission(case: Case, reported: datetime) -> None:
    """Mark a case whose service was not admitted (准入) when its report counts: the acceptor decides.

    By what was in force then: a decision of later makes no duty of what was none. Which service a class belongs to is
    asked of today, since it is today that it is put there.
    """
    service = catalogue_queries.catalogue().service_of(case.class_code) if case.class_code else None
    then = catalogue_queries.catalogue(reported).services.get(service.code) if service else None
    admitted = then is not None and then.admission.holds_on(clock.local(reported).date())
    case.outside_admission = service is not None and not admitted


def set_grid(turn: Turn, node: GridNode) -> None:
    """Put a case into a grid; its centre stays until somebody hands it on, unless the ground is not its own.

    What was handed down stays so on the ground of whoever did, and so does the date that they have set.
    """
    case = turn.case
    case.grid, case.grid_path, case.area_class = node.code, node.path, node.area_class
    if f"/{case.centre}/" not in f"/{node.path}":
        centre = centres.centre_for(node.code, Level.of(case.level))
        case.centre, case.level = centre.code, centre.level
        if f"/{case.handed_down_by}/" not in f"/{node.path}" or centres.is_back(case, centre):
            case.handed_down_by = None
        hand_down_dates.follow(turn)


def _class(code: str) -> CaseClass:
    case_class = catalogue_queries.catalogue().get(code)
    if case_class is None:
        raise Invalid.at(
            "data.class",
            Words("没有这个类别，请从类别目录中选择。", "There is no such class: choose one from the list."),
        )
    return case_class


RULES: Mapping[str, Rule[Prepared]] = {
    CaseAction.KEEP: Rule(keep),
    CaseAction.ACCEPT: Rule(accept),
    CaseAction.RECONSIDER: Rule(rounds.begin),
    CaseAction.FILE: Rule(file),
    CaseAction.CORRECT: Rule(correct),
    CaseAction.URGENT: Rule(urgent, prepare_urgent),
    CaseAction.CLEAR_URGENT: Rule(clear_urgent),
    CaseAction.ESCALATE: Rule(escalate),
    CaseAction.HAND_DOWN: Rule(hand_down, prepare_hand_down),
    CaseAction.TAKE_BACK: Rule(take_back),
    CaseAction.URGE: Rule(engine_steps.nothing),
    CaseAction.COMMENT: Rule(engine_steps.nothing),
    CaseAction.NAME_ANEW: Rule(successors.name, successors.prepare, schema=parts.SuccessionData()),
    **engine_steps.RULES,
    CaseAction.OVERDUE: replace(engine_steps.RULES[EngineStep.OVERDUE], effect=overdue),
}
