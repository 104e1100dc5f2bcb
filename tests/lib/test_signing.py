"""A signature is valid for one file, by one root, and for every byte of it."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lms.lib import pdf as pdfs
from lms.lib import signing
from lms.lib.signing import Problem, SignatureInvalid

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HTML = '<html lang="ka"><title>სერტიფიკატი</title><h1>Certificate</h1><p>of completion</p></html>'


def certified(name, key, issuer=None, issuer_key=None, days=3650):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_root = issuer is None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root, content_commitment=not is_root,
                key_cert_sign=is_root, crl_sign=is_root, key_encipherment=False,
                data_encipherment=False, key_agreement=False,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(issuer_key or key, hashes.SHA256())
    )  # fmt: skip


class Issuer:
    """A root, and a key that it certified."""

    def __init__(self, name="Serai"):
        self.root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = certified(f"{name} root", self.root_key)
        self.certificate = certified(f"{name} document", self.key, self.root, self.root_key)

    def sign(self, pdf, **given):
        values = {"reason": "Issued by Serai", "signed_at": NOW} | given
        certificate = values.pop("certificate", self.certificate)
        return signing.sign(pdf, self.key, certificate, [self.root], **values)


ISSUER = Issuer()


@cache
def plain() -> bytes:
    return pdfs.render(HTML, "h1 { font-family: 'Noto Sans' }", assets={})


@cache
def signed() -> bytes:
    return ISSUER.sign(plain())


def problem_of(pdf, roots=(ISSUER.root,)):
    with pytest.raises(SignatureInvalid) as refused:
        signing.check(pdf, list(roots))
    return refused.value.problem


class TestSign:
    def test_is_valid_for_whoever_trusts_the_root(self):
        found = signing.check(signed(), [Issuer("Other").root, ISSUER.root])

        assert found.signer == ISSUER.certificate
        assert found.signed_at == NOW

    def test_is_valid_for_poppler_too(self, tmp_path):
        file = tmp_path / "certificate.pdf"
        file.write_bytes(signed())

        said = subprocess.run(
            [shutil.which("pdfsig"), "-nocert", file], capture_output=True, text=True, check=False
        ).stdout

        assert "Signature is Valid." in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said
        assert "SHA-256" in said

    def test_adds_nothing_but_the_signature(self):
        with pikepdf.open(BytesIO(plain())) as before, pikepdf.open(BytesIO(signed())) as after:
            assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
            assert after.trailer.Info == before.trailer.Info
            assert set(after.Root.keys()) - set(before.Root.keys()) == {"/AcroForm"}
            (field,) = after.Root.AcroForm.Fields
            assert field.V.Reason == "Issued by Serai"
            assert field.F == 132  # printed and locked: what PDF/A asks of a field
            assert signed().startswith(plain())

    def test_signs_in_a_hundredth_of_a_second(self):
        """Seven on a quiet machine; the bound is for one that others use too, and a third of doing it the long way."""
        signed()

        spent = []
        for _ in range(5):
            begun = time.process_time()
            ISSUER.sign(plain())
            spent.append(time.process_time() - begun)

        assert min(spent) < 0.023


class TestCheck:
    def test_refuses_one_flipped_bit_anywhere(self):
        pdf = signed()
        begin, end = gap_of(pdf)
        places = random.Random(5).sample([*range(begin), *range(end, len(pdf))], 100)  # noqa: S311

        for place in places:
            flipped = bytearray(pdf)
            flipped[place] ^= 1 << place % 8
            with pytest.raises(SignatureInvalid):
                signing.check(bytes(flipped), [ISSUER.root])

    def test_refuses_a_changed_signature_without_stumbling(self):
        pdf = signed()
        begin, _end = gap_of(pdf)
        digits = b"0123456789ABCDEF"

        for place in random.Random(7).sample(range(begin + 1, begin + 3_000), 60):  # noqa: S311
            changed = bytearray(pdf)
            changed[place] = digits[(digits.index(changed[place : place + 1]) + 5) % 16]
            try:
                found = signing.check(bytes(changed), [ISSUER.root])
            except SignatureInvalid:
                continue
            assert found.signer == ISSUER.certificate  # changed: a certificate nobody needs

    def test_refuses_what_hides_behind_the_signature(self):
        _begin, end = gap_of(signed())
        hidden = bytearray(signed())
        hidden[end - 20] = ord("7")

        assert problem_of(bytes(hidden)) == Problem.CHANGED

    def test_refuses_what_was_added_later(self, monkeypatch):
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        writer = IncrementalPdfFileWriter(BytesIO(signed()))
        writer.root["/Lang"] = writer.root["/Lang"]
        writer.update_root()
        revised = BytesIO()
        writer.write(revised)

        assert problem_of(revised.getvalue()) == Problem.CHANGED
        assert problem_of(signed() + b"\n") == Problem.CHANGED
        monkeypatch.setattr(signing, "FIELD", "Second")
        assert problem_of(ISSUER.sign(signed())) == Problem.UNSOUND

    def test_refuses_whoever_the_root_did_not_certify(self):
        assert problem_of(Issuer().sign(plain())) == Problem.UNTRUSTED
        assert problem_of(signed(), roots=[]) == Problem.UNTRUSTED
        # a certificate that names our root as its issuer, signed by a key of the forger's
        forger = Issuer()
        forged = certified("Serai document", forger.key, ISSUER.root, forger.root_key)
        assert problem_of(forger.sign(plain(), certificate=forged)) == Problem.UNTRUSTED
        # our certificate, and a key that is not its own
        assert problem_of(forger.sign(plain(), certificate=ISSUER.certificate)) == Problem.FORGED

    def test_judges_the_certificate_at_the_time_of_signing(self):
        short = certified("Serai document", ISSUER.key, ISSUER.root, ISSUER.root_key, days=30)

        in_time = ISSUER.sign(plain(), certificate=short, signed_at=NOW + timedelta(days=29))
        too_late = ISSUER.sign(plain(), certificate=short, signed_at=NOW + timedelta(days=31))

        assert signing.check(in_time, [ISSUER.root]).signer == short
        assert problem_of(too_late) == Problem.OUTDATED

    @pytest.mark.parametrize(
        "pdf", [b"", b"no PDF at all", b"/ByteRange [0 1 2 3]", b"%PDF-1.7\n/ByteRange [0 9 9 0]"]
    )
    def test_refuses_what_is_no_signed_pdf(self, pdf):
        assert problem_of(pdf) in {Problem.MISSING, Problem.CHANGED}

    def test_refuses_a_pdf_without_a_signature(self):
        assert problem_of(plain()) == Problem.MISSING


def gap_of(pdf) -> tuple[int, int]:
    match = signing._RANGES.search(pdf)
    return int(match[1]), int(match[2])


class TestBesideLoops:
    def test_signs_and_checks_for_callers_that_live_in_an_event_loop(self):
        async def signer():
            return signing.check(ISSUER.sign(plain()), [ISSUER.root]).signer

        with ThreadPoolExecutor(1) as thread:  # where no other test has left a loop
            found = thread.submit(asyncio.run, signer()).result()

        assert found == ISSUER.certificate
