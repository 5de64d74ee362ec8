"""`gezhi tls make`: a county's own authority, and a certificate signed by it, for a trial without one from outside.

Whoever installs the authority on a phone trusts whatever it signs, so its key stays in the data folder, readable by us
only, and it may sign for the hosts it was made for alone (name constraints).
"""

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click
import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import current_app

from app.core import clock
from app.core.commands import PORT, CommandError, echo
from app.frame.trust import AUTHORITY, FOLDER, address, fingerprint
from workflows.words import Words

AUTHORITY_DAYS = 3_650
CERTIFICATE_DAYS = 397  # what browsers of phones accept at most is 398
Name = x509.DNSName | x509.IPAddress


@click.group()
def tls() -> None:
    """试用证书：本县自己的证书颁发机构。A county's own authority and certificate, for a trial."""


@tls.command()
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    help="手机打开的名称或地址，可以写多个。What phones open; may be repeated.",
)
@PORT
@click.option(
    "--again", is_flag=True, help="重新生成颁发机构：每部手机须重新安装。A new one, for every phone to install."
)
def make(hosts: Sequence[str], port: int, again: bool) -> None:
    """生成颁发机构和证书。Make the authority, if there is none, and a certificate for these hosts."""
    names = [_name(host) for host in hosts]
    folder = Path(current_app.config["DATA_DIR"]) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, key = _authority(folder, names, again)
    own_key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(authority, key, own_key, names)
    _keep(folder / "server.key", _pem(own_key))
    _keep(folder / "server.pem", b"".join(map(_text, (certificate, authority))))
    page = address(hosts[0], port)
    echo(Words("已生成", "made"), f"{folder / 'server.pem'}, {folder / 'server.key'}")
    echo(Words("颁发机构指纹", "fingerprint of the authority (SHA-256)"), fingerprint(authority))
    command = f"gezhi up --host 0.0.0.0 --port {port} --tls {folder}/server.pem {folder}/server.key"
    echo(Words("启动", "start"), command)
    echo(Words("手机扫码安装", "phones install it from here"), page)
    segno.make(page, micro=False).terminal(compact=True)


def _name(host: str) -> Name:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError as error:
        raise CommandError(Words("“{}”不是主机名或地址。", "{} is no host name or address.").format(host)) from error


def _authority(folder: Path, names: Sequence[Name], again: bool) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return the authority that there is, if it may sign for these hosts, or a new one."""
    file, key_file = folder / AUTHORITY, folder / "authority.key"
    if file.exists() and key_file.exists() and not again:
        authority = x509.load_pem_x509_certificate(file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
        if isinstance(key, ec.EllipticCurvePrivateKey) and {_subtree(name) for name in names} <= set(allowed):
            return authority, key
        raise CommandError(
            Words(
                "现有的颁发机构不能为这些主机签发；用 --again 重新生成，手机须重新安装。",
                "The authority that there is may not sign for these hosts: make a new one with --again.",
            )
        )
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _self_signed(key, names)
    _keep(key_file, _pem(key))
    _keep(file, _text(authority))
    return authority, key


def _subtree(name: Name) -> Name:
    """Return a host as name constraints say it: an address with its whole length."""
    if isinstance(name, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(name.value))
    return name


def _self_signed(key: ec.EllipticCurvePrivateKey, names: Sequence[Name]) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Gezhi {clock.local(clock.now()):%Y-%m-%d}")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    permitted = x509.NameConstraints([_subtree(name) for name in names], None)
    return (
        _builder(subject, subject, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(permitted, critical=True)
        .sign(key, hashes.SHA256())
    )


def _signed(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: Sequence[Name],
) -> x509.Certificate:
    first = names[0].value
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(first)[:64])])
    return (
        _builder(subject, authority.subject, key, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of phones differ
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _text(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _keep(file: Path, content: bytes) -> None:
    """Write a file that only we can read, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.rename(file)


commands = [tls]
