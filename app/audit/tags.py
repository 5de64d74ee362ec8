"""Everything the audit can say, as `subject:verb`. A tag keeps its meaning for ever and is never used again."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """About what an entry is."""

    CASE = "case"
    CATALOGUE = "catalogue"
    DEPARTMENT = "department"
    GRID = "grid"
    OBJECT = "object"
    PERSON = "person"
    RESIDENT = "resident"
    SESSION = "session"


class Tag(StrEnum):
    """What happened, by the alphabet."""

    ABSENCE_ENTERED = "absence:entered"  # a person is away for a time
    ABSENCE_TAKEN_BACK = "absence:taken_back"  # a person is there after all
    ACCESS_REFUSED = "access:refused"  # somebody was refused something: once for each route and hour
    ASSIGNMENT_ENDED = "assignment:ended"  # a person no longer holds a role somewhere
    ASSIGNMENT_MADE = "assignment:made"  # a person holds a role somewhere from now on
    CASE_REFUSED = "case:refused"  # somebody tried a step on a case that is not theirs to take
    CAMPAIGN_CLOSED = "campaign:closed"  # what nobody had begun of it was lifted
    CAMPAIGN_OPENED = "campaign:opened"  # each grid it goes over gets rounds
    CATALOGUE_IMPORTED = "catalogue:imported"  # rules of the trade changed
    CITIZEN_REVEALED = "citizen:revealed"  # somebody read a citizen's name or phone unmasked
    DEPARTMENT_CHANGED = "department:changed"  # made, renamed, ended, revived; an alias more or less; another calendar
    DRILL_REGISTERED = "drill:registered"  # a case that no statistic counts, as somebody said when they registered it
    DUTY_APPOINTED = "duty:appointed"  # a person is on duty at a centre in a shift, on a day or on several
    DUTY_DISMISSED = "duty:dismissed"  # and no longer
    DUTY_HANDED_OVER = "duty:handed_over"  # signed by who leaves
    DUTY_IMPORTED = "duty:imported"  # a roster of duty came from a sheet
    DUTY_TAKEN_OVER = "duty:taken_over"  # signed by who takes over
    EXPORT_MADE = "export:made"  # rows left the system as a file
    EXPORT_TAKEN = "export:taken"  # its maker has downloaded such a file
    GRID_CHANGED = "grid:changed"  # a property changed without a file, or a centre opened
    GRID_MOVED = "grid:moved"  # a grid has another place in the tree, and its cases follow it
    GRIDS_IMPORTED = "grids:imported"  # boundaries changed
    NOTICES_DELETED = "notice:deleted"  # messages to people, older than the county keeps them
    OBJECT_MERGED = "object:merged"  # one entered twice gave way to the other
    OBJECTS_IMPORTED = "objects:imported"  # objects came from a file
    PASSWORD_CHANGED = "password:changed"  # noqa: S105 - by its owner, or by an administrator
    PEOPLE_IMPORTED = "people:imported"  # accounts made from a file
    PERSON_CHANGED = "person:changed"  # another name or phone
    PERSON_CLOSED = "person:closed"  # an account that can no longer sign in
    PERSON_CREATED = "person:created"  # one account made
    PERSON_REOPENED = "person:reopened"  # a closed account that can sign in again
    RESIDENT_CHANGED = "resident:changed"  # what is kept of a resident, by fields
    RESIDENT_ENDED = "resident:ended"  # a resident is not cared for any more, for a reason
    RESIDENT_ENTERED = "resident:entered"  # something is kept of a resident from now on
    RESIDENT_ERASED = "resident:erased"  # what was kept of a resident was deleted, at its time or at once
    RESIDENT_HANDED_OUT = "resident:handed_out"  # a started round brought a resident's fields to who does it
    RESIDENT_REVEALED = "resident:revealed"  # somebody read one field of a resident, for a purpose
    RESIDENTS_IMPORTED = "residents:imported"  # somebody entered residents from a file
    RESIDENT_STATED = "resident:stated"  # what is kept of a resident was put on paper for them, at their request
    RESIDENT_SOUGHT = "resident:sought"  # somebody looked for residents by the whole of one field
    RESTORED_UNPROVEN = "restore:unproven"  # a backup was restored that nothing proved to be ours, or whole
    ROLES_LOADED = "roles:loaded"  # what roles may do changed
    ROSTER_APPOINTED = "roster:appointed"  # a person serves a grid as something from now on
    ROSTER_DISMISSED = "roster:dismissed"  # and no longer
    SECOND_FACTOR_DROPPED = "second_factor:dropped"  # taken away, by its owner or by an administrator
    SECOND_FACTOR_RECOVERED = "second_factor:recovered"  # a recovery code was used in its place
    SECOND_FACTOR_SET = "second_factor:set"  # a person's sign-in needs a code from now on
    SESSION_REUSED = "session:reused"  # a spent refresh token came again: perhaps stolen, its session was ended
    SESSION_REVOKED = "session:revoked"  # ended from another device, or by a password change
    SIGN_IN_CODE_GIVEN = "sign_in:code_given"  # an administrator let somebody in by a one-time code
    SIGN_IN_REFUSED = "sign_in:refused"  # wrong account or password
    SIGN_IN_SUCCEEDED = "sign_in:succeeded"
    SIGNED_OUT = "session:signed_out"
    SUBSTITUTE_ENTERED = "roster:substituted"  # somebody stands in for a person on leave
    STEP_ERASED = "step:erased"  # what a step of a case said was taken away, with the reason
    WARNING_ENDED = "warning:ended"  # what nobody had begun for it was lifted
    WARNING_GIVEN = "warning:given"  # each grid it concerns has to confirm it
