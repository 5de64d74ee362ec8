"""What can go wrong with bytes on their way."""

from app.attachments.images import TEXTS, Reason
from app.core.errors import Conflict, Invalid, Problem, Unavailable


class AttachmentDiffers(Conflict):
    """同一编号的附件已上传过不同的内容，请为新照片使用新的编号。"""

    code = "attachment_differs"
    en = "Another file was sent under this id already: give the new photo an id of its own."


class PhotoRefused(Invalid):
    """照片无法使用，请重新拍摄。"""

    code = "photo_refused"
    en = "This photo cannot be used: please take it again."

    def __init__(self, reason: Reason) -> None:
        super().__init__(TEXTS[reason], reason=reason.value)


class PhotoNotJudged(Unavailable):
    """照片暂时没能检查，请保留照片，稍后会自动重新上传；不必重拍。"""

    code = "photo_not_judged"
    en = "The photo could not be looked at just now. Keep it: it is sent again by itself, and need not be taken again."


class OffsetDiffers(Conflict):
    """续传位置与已收到的不一致，请先查询已收到的长度再续传。"""

    code = "offset_differs"
    en = "This is not where the upload stopped: ask how much has come, then go on from there."


class UploadGone(Problem):
    """上传已过期或已中断，请重新开始上传。"""

    code, status = "upload_gone", 410
    en = "The upload has expired or was broken off: please begin it again."


class ChecksumDiffers(Problem):
    """收到的内容与校验值不符，请重新发送这一段。"""

    code, status = "checksum_differs", 460
    en = "What came is not what its checksum says: please send this piece again."


class PieceTooLong(Problem):
    """收到的内容超过了声明的总长度，请重新开始上传。"""

    code, status = "too_large", 413
    en = "More came than was announced: please begin the upload again."
