"""The page by which a phone comes to trust a county's own authority (`/trust/`): what to do, and its QR code."""

from io import BytesIO
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from flask import Response, current_app, url_for
from markupsafe import Markup

from app.core.errors import NotFound
from app.core.http import public
from app.frame.pages import Pages, render

bp = Pages("trust", __name__, url_prefix="/trust")

FOLDER = "tls"  # in the data folder
AUTHORITY = "authority.pem"


@bp.get("/")
@public("a phone has to trust this server before anybody signs in with it")
def page() -> Response:
    """Say how a phone installs the authority."""
    certificate = _authority()
    where = url_for("trust.page", _external=True)
    return render("trust.html", fingerprint=fingerprint(certificate), where=where, code=_picture(where))


@bp.get("/authority.crt")
@public("a certificate is made to be shown")
def download() -> Response:
    """Give the authority's certificate, as phones install it."""
    content = _authority().public_bytes(serialization.Encoding.DER)
    return Response(content, mimetype="application/x-x509-ca-cert")


def address(host: str, port: int) -> str:
    """Return where the page is found by a host's name or address."""
    return f"https://{f'[{host}]' if ':' in host else host}:{port}/trust/"


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 by which people compare it, in pairs of digits as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _authority() -> x509.Certificate:
    try:
        content = (Path(current_app.config["DATA_DIR"]) / FOLDER / AUTHORITY).read_bytes()
    except FileNotFoundError as error:
        raise NotFound from error
    return x509.load_pem_x509_certificate(content)


def _picture(text: str) -> Markup:
    out = BytesIO()
    segno.make(text, micro=False).save(out, kind="svg", scale=5, xmldecl=False, svgns=True, title="QR", nl=False)
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by the library from an address of ours
