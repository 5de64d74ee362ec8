// Words of closed sets, under the names that the house gives them (tests/rules/test_closed_sets_of_pages.py holds them
// to its enums): what a script compares or sends is said by these.

export const Asked = { ALWAYS: "always", FAR: "far", OFFERED: "offered" };
export const AttachmentState = { REFUSED: "refused", STORED: "stored", UNJUDGED: "unjudged" };
export const ClockResult = { NONE: "none" };
export const GridKind = { GENERAL: "general" };
export const Kind = {
  CHOICE: "choice",
  DATE: "date",
  INTEGER: "integer",
  LONG: "long",
  MANY: "many",
  MOMENT: "moment",
  NUMBER: "number",
  OBJECT: "object",
  PERSON: "person",
  PHOTO: "photo",
  PLACE: "place",
  TABLE: "table",
  TEXT: "text",
  YES_NO: "yes_no",
};
export const NoticeSubject = { CAMPAIGN: "campaign", EXPORT: "export", WARNING: "warning" };
export const PlaceKind = { GRID: "grid" };
export const Placement = { CHOSEN: "chosen", MEASURED: "measured" };
export const Pool = { DONE_TASK: "done_task", MILESTONE: "milestone", SUB_TASK: "sub_task", TASK: "task" };
export const Purpose = {
  BEFORE: "before",
  AFTER: "after",
  CHECK: "check",
  EVIDENCE: "evidence",
  DOCUMENT: "document",
}; // in this order they are shown
export const QueuedKind = { ACT: "act", PHOTO: "photo", REPORT: "report", ROUND: "round" };
export const RoundAction = { BREAK_OFF: "break_off", FIND: "find", FINISH: "finish", VISIT: "visit" };
export const RoundKind = { WARNING: "warning" };
export const TaskPart = { ASSIST: "assist", LEAD: "lead", SUB: "sub" };
export const TaskState = { DONE: "done", SIGNED: "signed" };
