"""Look whether a certificate and its key can be served before anything is started."""

import ssl

from app.core.commands import CommandError
from workflows.words import Words


def check(certificate: str | None, key: str | None) -> None:
    """Raise CommandError, saying what is wrong, unless both can be read and belong together, or neither is given."""
    if not certificate and not key:
        return
    if not certificate or not key:
        raise CommandError(
            Words(
                "证书和私钥要一起给出（GEZHI_TLS_CERTIFICATE 和 GEZHI_TLS_KEY，或 --tls CERT KEY）。",
                "Give the certificate and its key together (GEZHI_TLS_CERTIFICATE and GEZHI_TLS_KEY, or --tls CERT "
                "KEY).",
            )
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise CommandError(
            Words(
                "证书 {} 和私钥 {} 不是 PEM 文件，或不是一对（{}）。",
                "The certificate {} and the key {} are no PEM files, or do not belong together.",
            ).format(certificate, key, error.reason)
        ) from error
    except OSError as error:
        raise CommandError(
            Words("证书 {} 或私钥 {} 无法读取（{}）。", "The certificate {} or its key {} cannot be read.").format(
                certificate, key, error.strerror
            )
        ) from error
