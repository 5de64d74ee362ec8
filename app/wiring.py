"""The one table of what follows what: events, outbox topics, periodic work, and the rules rooms register with cases."""

from uuid import UUID

from flask import Flask, url_for

from app.admin import (
    empty_rungs,
    ended_departments,
    open_duties,
    open_figures,
    open_ground,
    remarks,
    unjudged_photos,
    vacancies,
)
from app.admin import exports as admin_exports
from app.attachments import jobs as attachment_jobs
from app.attachments import queries as attachments
from app.attachments.events import AttachmentArrived, AttachmentLost
from app.audit import seals
from app.audit import service as audit
from app.audit.tags import Tag
from app.board import exports as board_exports
from app.board import rules as audit_rules
from app.campaigns import campaign_views, reminders
from app.campaigns import exports as campaign_exports
from app.campaigns import jobs as campaign_jobs
from app.campaigns import service as campaigns
from app.cases import case_corrections, case_objects, case_queues, case_reviews, case_rules, protocol, recounts
from app.cases import jobs as case_jobs
from app.cases import measures as case_measures
from app.cases import service as cases
from app.cases.acts import call_backs, closing, effects, milestones, replies, supervisions, tickets
from app.cases.clocks import escalations
from app.cases.events import CaseStepped
from app.cases.proof import anchors
from app.catalogue import document_kinds, foresight
from app.catalogue import exports as catalogue_exports
from app.catalogue import service as catalogue
from app.catalogue.document_terms import DocumentKind
from app.core import clock, encryption, events, health, jobs, measures, metrics, outbox, space
from app.core.permissions import Person, ScopeKind
from app.core.storage.promise import StorageAway
from app.deadlines import allowance
from app.deadlines import calendar_documents as calendars
from app.deadlines import queries as calendar_queries
from app.departments import exports as department_exports
from app.departments import providers
from app.departments.queries import directory
from app.desk import exports as desk_exports
from app.dispatch import asks, deferrals, express, hand_on, handling, referral, routing, sub_assignments, whistles
from app.dispatch import jobs as dispatch_jobs
from app.duty import exports as duty_exports
from app.frame import pages
from app.frame.exports import jobs as export_jobs
from app.frame.exports import registry as exports
from app.frame.exports.events import ExportFailed, ExportReady, ExportTaken
from app.grids import exports as grid_exports
from app.grids import grid_scopes, leaves, pending_files
from app.grids import queries as grids
from app.grids.events import PathChanged
from app.identity import exports as identity_exports
from app.identity import gate, scopes
from app.identity import jobs as identity_jobs
from app.identity import measures as identity_measures
from app.identity import queries as identity_queries
from app.identity import service as identity
from app.identity.events import AccountClosed, HoldsLess, IsBack
from app.intake import case_sync, citizens, object_sync, sync_table
from app.intake import jobs as intake_jobs
from app.intake import report_rules as intake
from app.notices import exports as notice_exports
from app.notices import jobs as notice_jobs
from app.notices import notice_rules, old_messages
from app.notices import pages as notice_pages
from app.notices.models import Notice
from app.objects import exports as object_exports
from app.objects import jobs as object_jobs
from app.objects import kinds_in_use, object_imports, object_kinds
from app.objects import pages as object_pages
from app.objects import service as objects
from app.phone import notice_addresses
from app.residents import erasures, resident_batches, resident_imports, resident_rules
from app.residents import exports as resident_exports
from app.residents import service as residents
from app.residents.events import ConsentWithdrawn, ResidentErased
from app.rounds import exports as round_exports
from app.rounds import jobs as round_jobs
from app.rounds import round_origins, round_plans, round_residents, round_subjects, round_sync, round_tracks
from app.rounds import service as rounds
from app.warnings import exports as warning_exports
from app.warnings import jobs as warning_jobs
from app.warnings import lifts, warning_kinds, warning_services, warning_sync, warning_views
from app.warnings import service as warnings
from app.warnings.events import WarningGiven
from workflows import case as machine
from workflows.case_facts import Prepared

SECONDS_A_DAY = 86_400.0


def wire(app: Flask) -> None:
    """Connect the rooms. Called once per application; connecting twice changes nothing."""
    app.extensions["gezhi_authenticate"] = gate.authenticate
    app.extensions["gezhi_admit"] = gate.admit
    document_kinds.check_with(DocumentKind.AUDIT, audit_rules.load)
    document_kinds.check_with(DocumentKind.CALENDARS, calendars.load)
    document_kinds.check_with(DocumentKind.ESCALATIONS, escalations.load)
    document_kinds.check_with(DocumentKind.MESSAGES, notice_rules.load)
    document_kinds.check_with(DocumentKind.OBJECTS, object_kinds.load)
    document_kinds.check_with(DocumentKind.RESIDENTS, resident_rules.load)
    document_kinds.check_with(DocumentKind.WARNINGS, warning_kinds.load)
    catalogue.weigh_with(DocumentKind.OBJECTS, object_kinds.warnings)
    catalogue.refuse_with(kinds_in_use.faults, round_subjects.faults, resident_imports.faults, warning_services.faults)
    identity.look_at_enforcing_with(grids.refuse_enforcing, grids.barred_from_enforcing)
    scopes.resolve_with(ScopeKind.GRID, grids.scope_path)
    scopes.resolve_with(ScopeKind.CENTRE, grids.centre_path)
    scopes.resolve_with(ScopeKind.DEPARTMENT, lambda code: "" if directory().get(code) else None)
    scopes.list_with(ScopeKind.GRID, grid_scopes.grid, grid_scopes.grids)
    scopes.list_with(ScopeKind.CENTRE, grid_scopes.centre, grid_scopes.centres)
    scopes.list_with(ScopeKind.DEPARTMENT, grid_scopes.department, grid_scopes.departments)
    seals.cover(Notice, but=("read_at",), deleted_by=Tag.NOTICES_DELETED)  # its reader's own mark
    pages.offer(notice_pages.bell)
    notice_pages.lead_with(notice_addresses.address_of)
    calendar_queries.preview_with(recounts.preview)
    calendar_queries.count_by(escalations.basis)
    case_queues.find_numbers_with(citizens.with_number)
    foresight.foresee_with(calendar_queries.KIND, calendar_queries.foresee)
    catalogue.weigh_with(DocumentKind.STAGES, allowance.warnings)
    object_pages.cases_with(_cases_of_object)
    _enter_administration()
    _enter_rules()
    _enter_sync()
    round_origins.describe_with(warning_views.origins, campaign_views.origins)
    round_origins.hold_with(warnings.hold, campaigns.hold)
    _enter_exports()
    _follow_events()
    _follow_outbox()
    _enter_periodic()
    _enter_figures()


def _enter_administration() -> None:
    providers.know(grids.townships, calendar_queries.names)
    for look in (ended_departments.tasks, ended_departments.people, ended_departments.routes, ended_departments.grids):
        providers.leaning_with(look.__name__, look)
    remarks.watch("/admin/people/", lambda person: (*vacancies.remarks(person), *empty_rungs.remarks(person)))
    remarks.watch("/admin/departments/", open_ground.townships_without_department)
    remarks.watch(
        "/admin/roster/", lambda person: (*open_ground.grids_without_worker(person), *open_duties.duties(person))
    )
    remarks.watch("/admin/catalogue/", open_figures.figures)
    remarks.watch("/admin/calendars/", open_figures.years)
    remarks.watch("/admin/photos/", unjudged_photos.remarks)


def _enter_rules() -> None:
    rules: dict[str, protocol.Rule[Prepared]] = {}
    for each in (
        intake.RULES,
        effects.RULES,
        closing.RULES,
        tickets.RULES,
        replies.RULES,
        call_backs.RULES,
        supervisions.RULES,
        milestones.RULES,
        handling.RULES,
        asks.RULES,
        deferrals.RULES,
        sub_assignments.RULES,
        whistles.RULES,
        referral.RULES,
        hand_on.RULES,
    ):
        rules.update({str(action): rule for action, rule in each.items()})
    protocol.enter(case_rules.table(rules))


def _enter_sync() -> None:
    """Say what phones may send in one exchange, and what they may follow beside the cases."""
    sync_table.enter_doors(*case_sync.DOORS, round_sync.DOOR)
    sync_table.enter_streams(object_sync.OBJECTS, round_sync.STREAM, warning_sync.STREAM)


def _enter_exports() -> None:
    exports.find_people_with(lambda person_id: next(iter(identity_queries.people([person_id])), None))
    rooms = (
        desk_exports, board_exports, identity_exports, department_exports, grid_exports, duty_exports, notice_exports,
        catalogue_exports, object_exports, resident_exports, round_exports, warning_exports, campaign_exports,
        admin_exports,
    )  # fmt: skip
    for room in rooms:
        exports.enter(*room.TABLES)


def _follow_events() -> None:
    events.follow(ExportReady, _record_export)
    events.follow(ExportReady, _owe_export_notice)
    events.follow(ExportFailed, _owe_failure_notice)
    events.follow(ExportTaken, _record_download)
    events.follow(CaseStepped, _owe_effects)
    events.follow(CaseStepped, _follow_case)
    events.follow(AttachmentArrived, _owe_arrival)
    events.follow(AttachmentLost, _owe_loss)
    events.follow(PathChanged, _rewrite_paths)
    events.follow(HoldsLess, _owe_names)
    events.follow(AccountClosed, lambda closed: leaves.end_all_substitutions(closed.person_id))
    events.follow(IsBack, lambda back: leaves.come_back(back.person_id, back.since, back.until))
    events.follow(WarningGiven, _owe_warning)
    events.follow(ConsentWithdrawn, round_residents.forget_unvisited)
    events.follow(ResidentErased, round_residents.forget)


def _follow_outbox() -> None:
    outbox.on("attachment.arrived", case_jobs.attach_arrived)
    outbox.on("attachment.lost", case_jobs.file_lost)
    outbox.on("person.holds_less", case_jobs.name_anew, outside=True)
    outbox.on("case.ended", intake_jobs.unmerge_carried)
    outbox.on("case.unmerged", intake_jobs.release)
    outbox.on("case.merged_before", intake_jobs.carry_merged_before)
    outbox.on("case.filed", routing.dispatch_by_rule)
    outbox.on("case.stepped", notice_jobs.tell, together=True)
    outbox.on("warning.given", warning_jobs.tell_of)
    outbox.on("notice.plain", notice_jobs.tell_plainly, together=True)
    outbox.on("export.ready", notice_jobs.tell_of_export, together=True)
    outbox.on("export.failed", notice_jobs.tell_of_failure, together=True)


def _enter_periodic() -> None:
    jobs.periodic("outbox sweep", 5, outbox.drain)
    jobs.periodic("outbox tidy", SECONDS_A_DAY, outbox.tidy)
    jobs.periodic("disk reserve", 60, space.keep_reserve)
    jobs.periodic("clocks", 15, case_jobs.sweep_clocks)
    jobs.periodic("raises", 30, case_jobs.sweep_raises)
    jobs.periodic("reviews", 3_600, case_reviews.sweep_reviews)
    jobs.periodic("asks", 15, case_jobs.sweep_asks)
    jobs.periodic("set back", 15, case_jobs.sweep_set_back)
    jobs.periodic("named", 60, case_jobs.sweep_named)
    jobs.periodic("late leads", 60, dispatch_jobs.sweep_late_leads)
    jobs.periodic("seals", seals.EVERY_SECONDS, seals.sweep)
    jobs.periodic("recounts", recounts.EVERY_SECONDS, recounts.sweep)
    jobs.periodic("baselines", 60, case_jobs.sweep_baselines)
    jobs.periodic("anchors", 3_600, anchors.daily)
    jobs.periodic("attachments", SECONDS_A_DAY, attachment_jobs.sweep)
    jobs.periodic("sessions", 3_600, identity_jobs.tidy)
    jobs.periodic("old messages", SECONDS_A_DAY, old_messages.tidy)
    jobs.periodic("exports", export_jobs.EVERY_SECONDS, export_jobs.sweep)
    jobs.periodic("old exports", export_jobs.TIDIED_SECONDS, export_jobs.tidy)
    jobs.periodic("grid files", 3_600, pending_files.sweep)
    jobs.periodic("places of objects", object_jobs.PLACES_SECONDS, object_jobs.sweep_places)
    jobs.periodic("imports of objects", object_jobs.IMPORTS_SECONDS, object_jobs.sweep_imports)
    jobs.periodic("old imports of objects", SECONDS_A_DAY, object_imports.STAGING.tidy)
    jobs.periodic("imports of residents", resident_batches.EVERY_SECONDS, resident_batches.sweep)
    jobs.periodic("old imports of residents", resident_batches.TIDIED_SECONDS, resident_batches.tidy)
    jobs.periodic("residents to erase", SECONDS_A_DAY, erasures.sweep)
    jobs.periodic("plans of rounds", round_plans.EVERY_SECONDS, round_jobs.sweep_plans)
    jobs.periodic("rounds of ended warnings", lifts.SWEEP_SECONDS, lifts.sweep)
    jobs.periodic("calls about warnings", warning_jobs.SWEEP_SECONDS, warning_jobs.sweep_calls)
    jobs.periodic("receipts of warnings", warning_jobs.RECEIPTS_SECONDS, warning_jobs.sweep_receipts)
    jobs.periodic("campaigns", campaign_jobs.EVERY_SECONDS, campaign_jobs.sweep)
    jobs.periodic("grounds of campaigns", campaign_jobs.GROUNDS_SECONDS, campaign_jobs.sweep_grounds)
    jobs.periodic("reminders of campaigns", reminders.EVERY_SECONDS, reminders.sweep)
    jobs.periodic("times of rounds", round_jobs.SWEEP_SECONDS, round_jobs.sweep_times)
    jobs.periodic("old answers of visits", SECONDS_A_DAY, round_residents.tidy)
    jobs.periodic("old tracks", SECONDS_A_DAY, round_tracks.tidy)
    jobs.periodic("heartbeat", 10, lambda: jobs.beat(jobs.SCHEDULER))
    jobs.periodic("latest time", 10, jobs.keep_latest)


def _enter_figures() -> None:
    health.check("calendar", _calendar)
    health.check("attachments", _attachments)
    health.check("keys", _keys)
    health.check("photos", unjudged_photos.part)
    health.check("roles", empty_rungs.part)
    metrics.gauge("gezhi_outbox_owed", "Effects owed", measures.outbox_owed)
    metrics.gauge("gezhi_outbox_oldest_seconds", "Age of the effect owed longest", measures.outbox_oldest_seconds)
    metrics.gauge("gezhi_failed_jobs", "Jobs that RQ gave up", measures.failed_jobs)
    metrics.gauge("gezhi_heartbeat_seconds", "Time since a part was alive", measures.heartbeat_seconds, "part")
    metrics.gauge("gezhi_cases", "Cases", case_measures.cases_by_state, "workflow", "state")
    overdue = case_measures.clocks_overdue
    metrics.gauge("gezhi_clocks_overdue", "Clocks that run past their end", overdue, "workflow", "stage")
    metrics.gauge("gezhi_sessions", "Sessions that can be used", identity_measures.open_sessions)


def _calendar() -> health.PartStatus:
    """Say when limits are counted without the statutory holidays of a year that comes near."""
    try:
        unknown = {each.year for each in calendar_queries.unknown_years()}
    except KeyError:
        return health.PartStatus(health.DEGRADED, "no_calendar")
    return health.PartStatus(health.DEGRADED, "year_unknown", min(unknown)) if unknown else health.PartStatus(health.OK)


def _attachments() -> health.PartStatus:
    """Say when photos that were taken in are not where they were put: the folder is another's, or a part."""
    try:
        missing = attachments.count_missing()
    except StorageAway:
        return health.PartStatus(health.DEGRADED, "unknown")
    return health.PartStatus(health.DEGRADED if missing else health.OK, "missing" if missing else "", missing)


def _keys() -> health.PartStatus:
    """Say when what is sealed in the database cannot be opened here: the key is lost, or that of another county."""
    return health.PartStatus(health.OK) if encryption.opens_here() else health.PartStatus(health.DEGRADED, "missing")


def _owe_effects(stepped: CaseStepped) -> None:
    case = stepped.turn.case
    payload = {"case_id": str(case.case_id), "seq": stepped.seq}
    key = f"{case.case_id}:{stepped.seq}"
    of_case = case.workflow == machine.CASE.name
    if of_case and case.state in intake_jobs.RELEASING and stepped.turn.state_from not in machine.ENDS:
        outbox.put("case.ended", key, payload)
    if of_case and stepped.event == "CaseFiled" and routing.goes_by_rule(case):
        outbox.put("case.filed", key, payload)
    messages = protocol.procedure_of(case.workflow).notices.get(stepped.turn.action, ())
    if any(one.sets is None or getattr(case, one.sets[0]) == one.sets[1] for one in messages):
        outbox.put("case.stepped", key, payload)


def _follow_case(stepped: CaseStepped) -> None:
    """Let the steps follow that cases of the workflow `case` alone bring with them."""
    if stepped.turn.case.workflow == machine.CASE.name:
        express.follow(stepped)
        intake_jobs.carry(stepped)
        intake_jobs.owe_release(stepped)
        whistles.absent_when_late(stepped)
        hand_on.when_late(stepped)
        case_corrections.name_after_correction(stepped)
        deferrals.due_for_review(stepped)


def _owe_arrival(arrived: AttachmentArrived) -> None:
    payload = {
        "case_id": str(arrived.case_id),
        "attachment_id": str(arrived.attachment_id),
        "sha256": arrived.sha256,
        "looked_at": arrived.looked_at,
    }
    outbox.put("attachment.arrived", f"{arrived.case_id}:{arrived.attachment_id}", payload)


def _owe_loss(lost: AttachmentLost) -> None:
    payload = {"case_id": str(lost.case_id), "attachment_id": str(lost.attachment_id)}
    outbox.put("attachment.lost", f"{lost.case_id}:{lost.attachment_id}", payload)


def _record_export(ready: ExportReady) -> None:
    audit.record(
        Tag.EXPORT_MADE, person_id=ready.person_id, address=ready.address, what=ready.table_name, rows=ready.rows
    )


def _owe_export_notice(ready: ExportReady) -> None:
    payload = {"person_id": str(ready.person_id), "rows": ready.rows, "subject_id": str(ready.export_id)}
    outbox.put("export.ready", str(ready.export_id), payload)


def _owe_failure_notice(failed: ExportFailed) -> None:
    payload = {"person_id": str(failed.person_id), "fault": failed.fault, "subject_id": str(failed.export_id)}
    outbox.put("export.failed", str(failed.export_id), payload)


def _record_download(event: ExportTaken) -> None:
    audit.record(Tag.EXPORT_TAKEN, person_id=event.person_id, what=event.table_name, rows=event.rows)


def _owe_warning(event: WarningGiven) -> None:
    outbox.put("warning.given", str(event.warning_id), {"warning_id": str(event.warning_id)})


def _cases_of_object(object_id: UUID, person: Person) -> object_pages.CasesOfObject:
    """Return the cases of an object that a person sees, each with the page on which they look at it."""
    return [
        (url_for("desk.case", case_id=one.case_id), one.number, one.state_words, one.reported_at)
        for one in case_objects.cases_of(object_id, person)
    ]


def _owe_names(person: HoldsLess) -> None:
    key = f"{person.person_id}:{clock.now().isoformat()}"
    outbox.put("person.holds_less", key, {"person_id": str(person.person_id)})


def _rewrite_paths(moved: PathChanged) -> None:
    identity.rewrite_scope_paths(moved.old_path, moved.new_path)
    for room in (cases, objects, residents, rounds, warnings, campaigns):
        room.follow_grid(moved.old_path, moved.new_path)
