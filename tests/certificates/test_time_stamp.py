"""A time stamp authority says when a document was signed; without its word none is issued."""

from __future__ import annotations

import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from unittest.mock import Mock

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import select

from lms.certificates import keys
from lms.certificates.models import CertificateFile
from lms.extensions import db
from lms.jobs import services
from lms.jobs.models import Job
from lms.jobs.services import run_due
from lms.lib import signing


class Authority:
    """A time stamp authority on this machine, asked over HTTP."""

    def __init__(self):
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A clock")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        stamper = DummyTimeStamper(asn1(self.certificate), asn1_keys.PrivateKeyInfo.load(private))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                answer = stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def asn1(certificate):
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


class TestTimeStamp:
    def test_is_waited_for_and_valid_for_every_reader(self, app, holder, monkeypatch, tmp_path):
        authority = Authority()
        monkeypatch.setitem(app.config, "TIMESTAMP_URL", "http://127.0.0.1:9/")  # nobody answers
        monkeypatch.setattr(services, "log", log := Mock())

        run_due()

        assert db.session.query(CertificateFile).count() == 0
        job = db.session.scalars(select(Job).filter_by(handler="draw_certificate")).one()
        assert (job.finished_at, job.dead_at, job.tries) == (None, None, 1)
        assert job.due_at > datetime.now(UTC)  # it waits
        (line,) = log.error.call_args_list
        assert line.args == ("job_failed",)
        assert line.kwargs["handler"] == "draw_certificate"
        assert "Error while contacting timestamp service" in line.kwargs["error"]

        monkeypatch.setitem(app.config, "TIMESTAMP_URL", authority.url)
        job.due_at = datetime.now(UTC)
        db.session.commit()
        with authority:
            run_due()

        document = db.session.query(CertificateFile).one().pdf
        root = keys.current("root").certificate
        assert signing.check(document, [root]).signer == keys.current("document").certificate
        (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
        with ThreadPoolExecutor(1) as beside:  # the loop of a browser test may be in this one
            status = beside.submit(
                validate_pdf_signature,
                signature,
                ValidationContext(trust_roots=[asn1(root)], allow_fetching=False),
                ts_validation_context=ValidationContext(
                    trust_roots=[asn1(authority.certificate)], allow_fetching=False
                ),
                key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
            ).result()
        assert status.intact
        assert status.valid
        assert status.trusted
        stamp = status.timestamp_validity
        assert stamp.intact
        assert stamp.valid
        assert stamp.trusted
        assert abs(stamp.timestamp - datetime.now(UTC)) < timedelta(minutes=1)

        (tmp_path / "stamped.pdf").write_bytes(document)
        said = subprocess.run(
            [shutil.which("pdfsig"), "-nocert", tmp_path / "stamped.pdf"],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        assert "Signature is Valid." in said
        assert "Total document signed" in said
