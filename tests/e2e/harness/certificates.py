"""A certificate authority of the tests' own, made once.

ElastiCache with encryption in transit speaks TLS with a certificate that the machine image trusts. Here the server's
certificate comes from this authority, and the functions are told to trust it by the variables that the language
runtimes read; verification stays on.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from . import tools
from .paths import CACHE

# Of this run: another one on the same machine has other addresses.
NETWORK = f"127.0.{1 + os.getpid() % 250}"
ADDRESSES = [f"{NETWORK}.{number}" for number in range(1, 255)]
DAYS = "3650"
# Python 3.13 verifies strictly, which asks for key usage and key identifiers:
# https://docs.python.org/3.13/library/ssl.html#ssl.create_default_context
OF_THE_AUTHORITY = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
OF_THE_SERVER = [
    "subjectAltName=" + ",".join(f"IP:{address}" for address in ADDRESSES),
    # The nodes of a Redis cluster are each other's clients.
    "extendedKeyUsage=serverAuth,clientAuth",
    "keyUsage=critical,digitalSignature,keyEncipherment",
    "basicConstraints=critical,CA:FALSE",
    "subjectKeyIdentifier=hash",
    "authorityKeyIdentifier=keyid",
]


@dataclass(frozen=True)
class Authority:
    """Files in PEM form."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def trust_environment(self) -> dict[str, str]:
        """Makes Python's `ssl` and Node.js trust the authority."""
        return {"SSL_CERT_FILE": str(self.authority), "NODE_EXTRA_CA_CERTS": str(self.authority)}


def authority() -> Authority:
    """Makes the files on first use."""
    tools.require("openssl")
    wanted = "\n".join([*OF_THE_AUTHORITY, *OF_THE_SERVER])
    directory = CACHE / "certificates" / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    made = Authority(directory / "authority.pem", directory / "server.pem", directory / "server.key")
    if not made.certificate.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _make(directory, made)
    return made


def _make(directory: Path, made: Authority) -> None:
    """The server's certificate comes last: its presence says that all of them are there."""
    authority_key, request, extensions = (directory / name for name in ("authority.key", "server.csr", "server.ext"))
    key = ["-newkey", "rsa:2048", "-nodes"]
    subject = ["-subj", "/CN=inferra tests"]
    self_signed = ["openssl", "req", "-x509", *key, "-keyout", authority_key, "-out", made.authority, "-days", DAYS]
    tools.run([*self_signed, *subject, *OF_THE_AUTHORITY])
    tools.run(["openssl", "req", *key, "-keyout", made.key, "-out", request, *subject])
    extensions.write_text("\n".join(OF_THE_SERVER) + "\n")
    signer = ["-CA", made.authority, "-CAkey", authority_key, "-CAcreateserial"]
    signed = ["-extfile", extensions, "-days", DAYS, "-out", made.certificate]
    tools.run(["openssl", "x509", "-req", "-in", request, *signer, *signed])
