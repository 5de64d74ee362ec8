"""https by ourselves: a county's own authority, a server that shows its certificate, and clients that do not move."""

import http.client
import socket
import ssl
import stat
from contextlib import closing, suppress

from cryptography import x509

from app.frame.trust import fingerprint
from tests.support.processes import READY, forked, free_port, lines_until, run

HOST = "127.0.0.1"


def made(data, *hosts, more=()):
    arguments = [each for host in hosts for each in ("--host", host)]
    return run("tls", "make", *arguments, *more, GEZHI_DATA_DIR=str(data))


def authority_in(data):
    return x509.load_pem_x509_certificate((data / "tls" / "authority.pem").read_bytes())


def asked(port, path, data, server_hostname=HOST):
    """What a client that trusts the authority alone is answered."""
    trusting = ssl.create_default_context(cafile=str(data / "tls" / "authority.pem"))
    with closing(http.client.HTTPSConnection(server_hostname, port, timeout=60, context=trusting)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def test_a_county_makes_its_own_authority_and_serves_https_beside_clients_that_are_silent(tmp_path):
    data, port = tmp_path / "data", free_port()
    code, said = made(data, HOST, "gezhi.example")
    assert code == 0, said
    folder = data / "tls"
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert fingerprint(authority_in(data)) in said
    assert f"https://{HOST}:8000/trust/" in said
    tls = (folder / "server.pem", folder / "server.key")
    silent = [socket.socket() for _ in range(20)]
    with forked("up", "--empty", "--port", port, "--data", data, "--tls", *tls, GEZHI_HSTS_SECONDS="3600") as up:
        assert f"https://{HOST}:{port}" in "".join(lines_until(up, READY))
        for one in silent:
            one.connect((HOST, port))
        status, headers, _ = asked(port, "/readyz", data)
        assert status == 200
        assert headers["Strict-Transport-Security"] == "max-age=3600"
        assert asked(port, "/trust/", data)[0] == 200
        status, headers, content = asked(port, "/trust/authority.crt", data)
        assert headers["Content-Type"] == "application/x-x509-ca-cert"
        assert x509.load_der_x509_certificate(content) == authority_in(data)
        with socket.create_connection((HOST, port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"HTTP/1.1 200" not in plain.recv(1000)
        assert asked(port, "/healthz", data)[0] == 200
    for one in silent:
        one.close()


def test_an_authority_that_phones_have_installed_stays_and_signs_for_no_other_host(tmp_path):
    assert made(tmp_path, "gezhi.example")[0] == 0
    first = authority_in(tmp_path)
    constraints = first.extensions.get_extension_for_class(x509.NameConstraints)
    assert (constraints.critical, constraints.value.permitted_subtrees) == (True, [x509.DNSName("gezhi.example")])
    assert made(tmp_path, "gezhi.example")[0] == 0
    assert authority_in(tmp_path) == first
    code, said = made(tmp_path, "other.example")
    assert (code, "--again" in said) == (1, True)
    assert authority_in(tmp_path) == first
    assert made(tmp_path, "other.example", more=["--again"])[0] == 0
    assert authority_in(tmp_path) != first


def test_a_certificate_that_cannot_be_served_is_said_in_a_sentence(tmp_path):
    assert made(tmp_path / "one", HOST)[0] == 0
    assert made(tmp_path / "two", HOST)[0] == 0
    certificate, key = tmp_path / "one" / "tls" / "server.pem", tmp_path / "two" / "tls" / "server.key"
    for given in ((certificate, key), (certificate, certificate), (tmp_path / "none", key)):
        code, said = run("up", "--port", free_port(), "--data", tmp_path / "data", "--tls", *given)
        assert code == 1
        assert "证书" in said
        assert "Traceback" not in said
