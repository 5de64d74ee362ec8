"""Bytes come in: whole by PUT, or in pieces by tus 1.0 (creation, expiration, checksum, termination).

Every body goes to disk block by block. What it is worth is decided before the transaction begins.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, request, url_for
from marshmallow import ValidationError
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge, RequestTimeout, UnsupportedMediaType
from werkzeug.http import http_date

from app.attachments import queries as attachments
from app.attachments import service
from app.attachments.models import METADATA_LENGTH, Upload
from app.attachments.schemas import OfferIn, StoredOut, TusMetadataIn
from app.attachments.service import ALGORITHMS, Checksum, Offer
from app.cases import queries as cases
from app.core.errors import BodyCut, Forbidden, Invalid, InvalidField, NotFound, Problem
from app.core.hints import DROPPED, Hint
from app.core.http import BYTES, Blueprint, current_person, needs, public
from app.core.permissions import Permission
from app.core.transaction import transaction
from workflows.forms import Purpose
from workflows.words import Words

TUS = "1.0.0"
PIECE = "application/offset+octet-stream"
_BLOCK_BYTES = 256 * 1024
_UNUSABLE = "-"  # no Base64: a hint that is dropped, and noted, whenever the metadata is read
_KEPT_BYTES = 16 * 1024  # of a piece that may be cut: no more than this is lost

bp = Blueprint("uploads", url_prefix="/api/v1", description="照片和附件上传 Photos and files")


class ChecksumUnknown(Problem):
    """不支持这种校验方法，请使用 sha1 或 sha256。"""

    code, status = "checksum_unknown", 400
    en = "This kind of checksum is not known: use sha1 or sha256."


class VersionUnknown(Problem):
    """只支持 tus 1.0.0，请在请求头 Tus-Resumable 中注明。"""

    code, status = "tus_version_unknown", 412
    en = "Only tus 1.0.0 is spoken here: say so in the header Tus-Resumable."


@bp.route("/cases/<uuid:case_id>/attachments/<uuid:attachment_id>", methods=["PUT"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@bp.arguments(OfferIn, location="query")
@bp.doc(requestBody={"required": True, "content": {kind: BYTES for kind in attachments.TYPES}})
@bp.response(201, StoredOut)
@bp.alt_response(200, schema=StoredOut, success=True)
def put(metadata: dict[str, Any], case_id: UUID, attachment_id: UUID) -> tuple[service.Receipt, int]:
    """上传一个附件；同样的内容可以重复上传。Send an attachment whole; the same bytes again do no harm."""
    offer = _offer(case_id, attachment_id, request.content_type or "", metadata)
    judged = service.receive(offer, _blocks(_largest()))
    with transaction():
        stored = service.store(offer, judged)
    stored.raise_if_refused()
    return stored, 201 if stored.created else 200


def _offer(case_id: UUID, attachment_id: UUID, content_type: str, metadata: dict[str, Any]) -> Offer:
    """Return what is offered, by whom, for which case: every upload of either kind passes here, piece by piece.

    A photo may come before its case. For a case that is there its sender must see it, or have owed or sent this very
    photo before losing sight of it, or their post; raises NotFound, Forbidden.
    """
    person, person_id = current_person(), _me()
    has_post = person.may(Permission.ATTACHMENT_UPLOAD)
    may_send = has_post and cases.exists_for(case_id, person) is not False
    if not may_send and not attachments.is_from(case_id, attachment_id, person_id):
        raise NotFound if has_post else Forbidden
    return Offer(
        case_id,
        attachment_id,
        Purpose.of(metadata["purpose"]),
        content_type,
        person_id,
        metadata["capture"],
        metadata.get(DROPPED, ()),
    )


def _blocks(most: int, *, may_be_cut: bool = False) -> Iterator[bytes]:
    """Yield the body in blocks. One cut off on its way raises BodyCut, or ends there if it may be continued.

    So does one that comes too slowly; `g.too_slow` then holds what its sender is told when the rest has been kept.
    """
    request.max_content_length = most + 1  # a body of unknown length that is one too long still shows itself
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
    try:
        while block := request.stream.read(_KEPT_BYTES if may_be_cut else _BLOCK_BYTES):
            yield block
    except BodyCut:
        if not may_be_cut:
            raise
    except RequestTimeout as error:
        if not may_be_cut:
            raise
        g.too_slow = error


def _largest() -> int:
    size: int = current_app.config["MAX_ATTACHMENT_BYTES"]
    return size


# tus 1.0, https://tus.io/protocols/resumable-upload


def speaks_tus(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a route be called only by clients that name the version of tus."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Response:
        if request.headers.get("Tus-Resumable") != TUS:
            raise VersionUnknown
        return view(*args, **kwargs)

    return checked


@bp.after_request
def name_version(response: Response) -> Response:
    """Name our version of tus in every answer of its routes, errors included."""
    if request.url_rule and "/uploads" in request.url_rule.rule:
        response.headers["Tus-Resumable"] = TUS
        response.headers["Tus-Version"] = TUS
    return response


def _header(name: str, *, required: bool = True) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}


def _bytes(name: str) -> dict[str, Any]:
    return {**_header(name), "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}}


_VERSION = {**_header("Tus-Resumable"), "schema": {"type": "string", "enum": [TUS]}}
_MEANT = {**_header("X-HTTP-Method-Override"), "schema": {"type": "string", "enum": ["PATCH", "DELETE"]}}
_HERE = {"Upload-Offset": {"schema": {"type": "string"}, "required": True}}
_UNTIL = {"Upload-Expires": {"schema": {"type": "string"}, "required": True}}
_STORED = {  # once all has come: what is kept, by which a sender knows that it was not somebody in between who answered
    "Attachment-Id": {"schema": {"type": "string", "format": "uuid"}},
    "Attachment-Sha256": {"schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
}
_WHERE = {"Location": {"schema": {"type": "string", "format": "uri-reference"}, "required": True}}
_OFFSET = {**_bytes("Upload-Offset"), "required": False}
_CHECKSUM = _header("Upload-Checksum", required=False)


@bp.route("/uploads", methods=["OPTIONS"])
@bp.route("/uploads/<uuid:upload_id>", methods=["OPTIONS"])
@public("a client asks what the server can do before anything else")
@bp.response(204)
def options(upload_id: UUID | None = None) -> Response:
    """说明支持的 tus 版本和扩展。Say which tus this is."""
    answer = Response(status=204)
    answer.headers["Tus-Extension"] = "creation,expiration,checksum,termination"
    answer.headers["Tus-Max-Size"] = str(_largest())
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer


@bp.route("/uploads", methods=["POST"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@speaks_tus
@bp.doc(parameters=[_VERSION, _bytes("Upload-Length"), _header("Upload-Metadata")])
@bp.response(201, headers={**_WHERE, **_HERE, **_UNTIL})
@bp.alt_response(412, "Problem")
def begin() -> Response:
    """开始分段上传；同一附件再次开始时得到同一地址。Begin an upload in pieces; the same attachment finds it again."""
    length = _whole("Upload-Length")
    if length > _largest():
        raise RequestEntityTooLarge
    if length == 0:
        raise Invalid.at(
            "Upload-Length", Words("文件是空的，请重新拍摄。", "The file is empty: please take the photo again.")
        )
    pairs = _pairs(request.headers.get("Upload-Metadata", ""))
    offer = _offer_of(pairs)
    lost = attachments.lost_at(offer.case_id, offer.attachment_id, offer.uploader)
    with transaction():
        upload = service.begin_upload(offer, length, _metadata_text(pairs), lost)
    answer = _about(upload, 201)
    answer.headers["Location"] = url_for("uploads.look", upload_id=upload.upload_id)
    return answer


@bp.route("/uploads/<uuid:upload_id>", methods=["HEAD"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@speaks_tus
@bp.doc(parameters=[_VERSION])
@bp.response(200, headers={**_HERE, **_UNTIL, **_STORED})
@bp.alt_response(410, "Problem")
@bp.alt_response(412, "Problem")
def look(upload_id: UUID) -> Response:
    """查询已收到的长度；收齐后写明附件编号和校验值。Ask how much has come; when all has, what is kept."""
    upload = service.find_upload(upload_id, _me())
    answer = _about(upload, 200)
    answer.headers["Upload-Length"] = str(upload.length_bytes)
    answer.headers["Upload-Metadata"] = upload.said
    answer.headers["Cache-Control"] = "no-store"
    return _naming(answer, upload.attachment_id, attachments.came(upload))


@bp.route("/uploads/<uuid:upload_id>", methods=["PATCH"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@speaks_tus
@bp.doc(
    parameters=[_VERSION, _bytes("Upload-Offset"), _CHECKSUM],
    requestBody={"content": {PIECE: BYTES}},
)
@bp.response(204, headers={**_HERE, **_UNTIL, **_STORED})
@bp.alt_response(410, "Problem")
@bp.alt_response(412, "Problem")
@bp.alt_response(460, "Problem")
def append(upload_id: UUID) -> Response:
    """续传一段；最后一段传完即检查并保存附件，并写明其编号和校验值。Send a piece; the last one is told what is kept."""
    upload = service.find_upload(upload_id, _me())
    if request.mimetype != PIECE:
        raise UnsupportedMediaType
    offset, checksum, offer = _whole("Upload-Offset"), _checksum(), _offer_of(_pairs(upload.said))
    blocks = _blocks(upload.length_bytes - upload.offset_bytes, may_be_cut=True)
    with service.piece(upload, offer, offset, blocks, checksum) as piece, transaction():
        stored = service.keep_piece(upload, offer, piece)
    if stored is not None:
        stored.raise_if_refused()
    if "too_slow" in g:
        raise g.too_slow
    answer = Response(status=204)
    answer.headers["Upload-Offset"] = str(piece.end)
    answer.headers["Upload-Expires"] = http_date(service.expiry())
    return _naming(answer, upload.attachment_id, stored.sha256 if stored else attachments.came(upload))


@bp.route("/uploads/<uuid:upload_id>", methods=["DELETE"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@speaks_tus
@bp.doc(parameters=[_VERSION])
@bp.response(204)
@bp.alt_response(410, "Problem")
@bp.alt_response(412, "Problem")
def end(upload_id: UUID) -> Response:
    """放弃一次分段上传。Give up an upload."""
    upload = service.find_upload(upload_id, _me())
    with transaction():
        service.end_upload(upload)
    return Response(status=204)


@bp.route("/uploads/<uuid:upload_id>", methods=["POST"])
@needs(Permission.ATTACHMENT_UPLOAD, asked_later=True)
@bp.doc(
    parameters=[_VERSION, _MEANT, _OFFSET, _CHECKSUM],
    requestBody={"content": {PIECE: BYTES}},
)
@bp.response(204)
@bp.alt_response(410, "Problem")
@bp.alt_response(412, "Problem")
@bp.alt_response(460, "Problem")
def instead(upload_id: UUID) -> Response:
    """供只放行 GET 和 POST 的网络使用，方法写在请求头。For networks that let only POST through."""
    method = {"PATCH": append, "DELETE": end}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if method is None:
        raise MethodNotAllowed(["HEAD", "PATCH", "DELETE", "OPTIONS"])
    answer: Response = method(upload_id=upload_id)
    return answer


def _me() -> UUID:
    person_id = current_person().person_id
    if person_id is None:
        raise Forbidden
    return person_id


def _about(upload: Upload, status: int) -> Response:
    answer = Response(status=status)
    answer.headers["Upload-Offset"] = str(upload.offset_bytes)
    answer.headers["Upload-Expires"] = http_date(upload.expires_at)
    return answer


def _naming(answer: Response, attachment_id: UUID, sha256: str | None) -> Response:
    """Name what is kept, if all of it has come."""
    if sha256 is not None:
        answer.headers["Attachment-Id"] = str(attachment_id)
        answer.headers["Attachment-Sha256"] = sha256
    return answer


def _whole(name: str) -> int:
    """Read a header that is a whole number of bytes."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Invalid.at(name, Words("应为不小于零的整数。", "A whole number, please, not below nought."))
    return int(text)


def _pairs(metadata: str) -> dict[str, str]:
    """Read `key base64, key base64…`; the values stay as they are."""
    pairs = (pair.strip().partition(" ") for pair in metadata.split(",") if pair.strip())
    return {key: value.strip() for key, _, value in pairs}


def _written(pairs: Mapping[str, str]) -> str:
    return ",".join(f"{name} {value}".strip() for name, value in pairs.items())


def _known(pairs: Mapping[str, str]) -> dict[str, str]:
    """Return what we know of the metadata; of hints that would be too long to keep that they were unusable."""
    known = {name: pairs[name] for name in TusMetadataIn().fields if name in pairs}
    hints = sorted((name for name in known if _is_hint(name)), key=lambda name: len(known[name]))
    while hints and len(_written(known)) > METADATA_LENGTH:
        known[hints.pop()] = _UNUSABLE
    return known


def _is_hint(name: str) -> bool:
    return isinstance(TusMetadataIn().fields[name], Hint)


def _metadata_text(pairs: Mapping[str, str]) -> str:
    """Write what is kept of the metadata: all of it, or what we know of it where that would be too long."""
    whole = _written(pairs)
    return whole if len(whole) <= METADATA_LENGTH else _written(_known(pairs))


def _offer_of(pairs: Mapping[str, str]) -> Offer:
    """Return what the metadata offers; clients say more of a file (its name, its folder), and that is passed over."""
    known = _known(pairs)
    try:
        if len(_written(known)) > METADATA_LENGTH:
            raise InvalidField(Words("内容过长。", "This is too long."))
        metadata = TusMetadataIn().load({name: _plain(name, value) for name, value in known.items()})
    except ValueError as error:  # no Base64, no UTF-8, or letters that neither has
        raise Invalid.at(
            "Upload-Metadata", Words("应为键和 Base64 值。", "Keys and their values in Base64, please.")
        ) from error
    except ValidationError as error:
        raise Invalid(fields={"Upload-Metadata": error.normalized_messages()}) from error
    return _offer(metadata["case_id"], metadata["attachment_id"], metadata.get("filetype", ""), metadata)


def _plain(name: str, value: str) -> str | tuple[()]:
    """Return a value of the metadata as text; of a hint that is none, what its field drops and its schema notes."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        if _is_hint(name):
            return ()
        raise


def _checksum() -> Checksum | None:
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise ChecksumUnknown
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except ValueError as error:
        raise Invalid.at("Upload-Checksum", Words("应为 Base64。", "Base64, please.")) from error
