"""Look whether a certificate and its key can be served before anything is started."""

import ssl

from app.up.refused import Refused


def check(certificate: str | None, key: str | None) -> None:
    """Raise Refused, saying what is wrong, unless both can be read and belong together, or neither is given."""
    if not certificate and not key:
        return
    if not certificate or not key:
        raise Refused(
            "证书和私钥要一起给出（GEZHI_TLS_CERTIFICATE 和 GEZHI_TLS_KEY，或 --tls CERT KEY）。"
            "Give the certificate and its key together (GEZHI_TLS_CERTIFICATE and GEZHI_TLS_KEY, or --tls CERT KEY)."
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        raise Refused(
            f"证书 {certificate} 和私钥 {key} 不是 PEM 文件，或不是一对（{error.reason}）。"
            f"The certificate {certificate} and the key {key} are no PEM files, or do not belong together."
        ) from error
    except OSError as error:
        raise Refused(
            f"证书 {certificate} 或私钥 {key} 无法读取（{error.strerror}）。"
            f"The certificate {certificate} or its key {key} cannot be read."
        ) from error
