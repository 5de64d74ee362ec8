"""How an admission (准入) stands on a day. Pure."""

from workflows.words import Term


class AdmissionState(Term):
    """How an admission stands on a day."""

    HOLDS = "holds", "已准入", "Admitted"
    COMES = "comes", "尚未开始", "Not yet"
    ENDED = "ended", "已到期", "Ended"
