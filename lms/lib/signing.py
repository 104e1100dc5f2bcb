"""Signing PDFs as PAdES says it, and checking that nobody has touched them since.

pyHanko is loaded at the first call, because it takes a third of a second and only few ask for it.
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache, wraps
from io import BytesIO
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from asn1crypto import cms
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.signers import Signer

P = ParamSpec("P")
R = TypeVar("R")
FIELD = "Signature"
ROOM_BYTES = 4_000  # a CMS with two certificates takes 1,700
STAMP_ROOM_BYTES = 12_000  # a time stamp comes with the chain of who stamped
STAMP_SECONDS = 10
_PLACE = hashlib.sha256(b"where the digest of a document stands").digest()
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)
"""What the readers of DER and of PDF raise at what makes no sense; each says it in several ways."""
_RANGES = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


class PrivateKey(Protocol):
    """What signs: a key in memory, or one that never leaves its token."""

    def sign(
        self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes: ...

    def __hash__(self) -> int: ...


class Problem(StrEnum):
    """Why a signature is refused."""

    MISSING = "missing"  # the file has no signature that reaches its end
    CHANGED = "changed"  # the signed bytes are not those that were signed
    FORGED = "forged"  # what is signed was not signed by the key that is named
    UNTRUSTED = "untrusted"  # signed, by somebody else
    OUTDATED = "outdated"  # signed when the certificate of the key did not hold
    UNSOUND = "unsound"  # none of these, and still not as PAdES says it


class SignatureInvalid(Exception):
    """The file is not what was signed, or not by whom it should be."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Signed:
    """A sound signature over all of a file."""

    signer: x509.Certificate
    signed_at: datetime


def _beside_loops(work: Callable[P, R]) -> Callable[P, R]:
    """Let pyHanko, which runs an event loop for each of its steps, work also for callers that live in one."""

    @wraps(work)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return work(*args, **kwargs)
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(work, *args, **kwargs).result()

    return done


@_beside_loops
def sign(
    pdf: bytes,
    private: PrivateKey,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    *,
    reason: str,
    signed_at: datetime,
    timestamp_url: str = "",
) -> bytes:
    """Return the PDF, signed invisibly as PAdES B-B, or B-T with a time stamp; it stays PDF/A and tagged.

    Args:
        pdf: without a signature.
        private: ECDSA P-256.
        certificate: of that key.
        chain: who certified it, the root included.
        reason: shown by readers of PDF.
        signed_at: what the signature says of itself.
        timestamp_url: a time stamp authority (RFC 3161); the network is asked then.
    """
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import cms_embedder
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    place = SignatureObject(
        timestamp=signed_at,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * (ROOM_BYTES + (STAMP_ROOM_BYTES if timestamp_url else 0)),
    )
    field = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))
    steps = cms_embedder.PdfCMSEmbedder(field).write_cms(FIELD, _writer_class()(BytesIO(pdf)))
    next(steps)
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=place))
    prepared, signed = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256"))
    made = _signature(private, certificate, tuple(chain), prepared.document_digest, timestamp_url)
    steps.send(made)
    return bytes(signed.getvalue())


@_beside_loops
def check(pdf: bytes, trusted: Sequence[x509.Certificate]) -> Signed:
    """Say who signed a PDF and when, if nothing of it was changed or added since.

    Whether the signer's certificate holds is judged at the time of signing, so a document outlives its key.
    A stranger's file is refused by its digest and its key, before any of its objects is read.

    Raises:
        SignatureInvalid: with the problem.
    """
    signer = _signer_of(pdf, trusted)
    from pyhanko.pdf_utils.misc import PdfError

    try:
        signed_at = _signed_at(pdf, signer, trusted)
    except (PdfError, *_UNREADABLE) as error:
        raise SignatureInvalid(Problem.UNSOUND) from error
    return Signed(signer=signer, signed_at=signed_at)


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether a certificate was signed by another one's key."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_UNREADABLE):
        return False
    return True


def _signature(
    private: PrivateKey,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    digest: bytes,
    timestamp_url: str,
) -> cms.ContentInfo:
    from asn1crypto import cms
    from pyhanko.sign.timestamps import HTTPTimeStamper

    signer, attributes = _signer(private, certificate, chain)
    stamper = HTTPTimeStamper(timestamp_url, timeout=STAMP_SECONDS) if timestamp_url else None
    return asyncio.run(
        signer.async_sign_prescribed_attributes(
            "sha256",
            cms.CMSAttributes.load(attributes.replace(_PLACE, digest)),
            timestamper=stamper,
        )
    )


@lru_cache(maxsize=8)
def _signer(
    private: PrivateKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
) -> tuple[Signer, bytes]:
    """Return pyHanko's signer, and the signed attributes, in which only the digest is another each time.

    Putting them together anew takes 20 ms, three times as long as all the rest.
    """
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    others.register_multiple(_asn1(one) for one in chain)
    signer = _signer_class()(private, _asn1(certificate), others)
    attributes = asyncio.run(signer.signed_attrs(_PLACE, "sha256", use_pades=True)).dump()
    return signer, attributes


@cache
def _signer_class() -> Any:
    from pyhanko.sign.signers import Signer

    class KeySigner(Signer):
        def __init__(self, private: PrivateKey, certificate: Any, others: Any) -> None:
            super().__init__(signing_cert=certificate, cert_registry=others)
            self._private = private

        async def async_sign_raw(
            self,
            data: bytes,
            digest_algorithm: str,
            dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's
        ) -> bytes:
            return self._private.sign(data, ec.ECDSA(hashes.SHA256()))

    return KeySigner


@cache
def _writer_class() -> Any:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Leave the metadata as they were drawn: they say that this is PDF/A, and when it was made."""

    return Writer


def _signer_of(pdf: bytes, trusted: Sequence[x509.Certificate]) -> x509.Certificate:
    """Return the trusted certificate whose key signed all of the file but the signature itself."""
    digest, contents = _signed_part(pdf)
    signer, attributes, signature = _parts(contents)
    if _message_digest(attributes) != digest:
        raise SignatureInvalid(Problem.CHANGED)
    if not any(issued_by(signer, root) for root in trusted):
        raise SignatureInvalid(Problem.UNTRUSTED)
    key = signer.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise SignatureInvalid(Problem.UNSOUND)
    try:
        key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise SignatureInvalid(Problem.FORGED) from error
    return signer


def _signed_part(pdf: bytes) -> tuple[bytes, bytes]:
    """Return the digest of all but the signature, and the signature: DER, with zeros behind it."""
    found = list(_RANGES.finditer(pdf))
    if not found:
        raise SignatureInvalid(Problem.MISSING)
    before, after, rest = map(int, found[-1].groups())
    gap = pdf[before:after]
    if after + rest != len(pdf) or gap[:1] != b"<" or gap[-1:] != b">":
        raise SignatureInvalid(Problem.CHANGED)
    try:
        contents = binascii.unhexlify(gap[1:-1])
    except binascii.Error as error:
        raise SignatureInvalid(Problem.CHANGED) from error
    return hashlib.sha256(pdf[:before] + pdf[after:]).digest(), contents


def _parts(contents: bytes) -> tuple[x509.Certificate, bytes, bytes]:
    """Take a CMS apart: the signer's certificate, the signed attributes, the signature."""
    from asn1crypto import cms

    try:
        whole = cms.ContentInfo.load(contents)
        if contents[len(whole.dump()) :].strip(b"\0"):
            raise SignatureInvalid(Problem.CHANGED)  # something hides behind it
        data = whole["content"]
        (info,) = data["signer_infos"]
        serial = info["sid"].chosen["serial_number"].native
        (signer,) = {
            one.chosen.dump()
            for one in data["certificates"]
            if one.chosen.serial_number == serial and serial > 0
        }
        return (
            x509.load_der_x509_certificate(signer),
            b"\x31" + info["signed_attrs"].dump()[1:],  # signed as a set, kept as the field [0]
            info["signature"].native,
        )
    except _UNREADABLE as error:
        raise SignatureInvalid(Problem.UNSOUND) from error


def _message_digest(attributes: bytes) -> bytes:
    from asn1crypto import cms

    try:
        found = [
            one["values"][0].native
            for one in cms.CMSAttributes.load(attributes)
            if one["type"].native == "message_digest"
        ]
    except _UNREADABLE as error:
        raise SignatureInvalid(Problem.UNSOUND) from error
    return found[0] if len(found) == 1 else b""


def _signed_at(
    pdf: bytes, signer: x509.Certificate, trusted: Sequence[x509.Certificate]
) -> datetime:
    """Let pyHanko look at everything again, and at what only a reader of the whole PDF can see."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    signed_at: datetime | None = signature.self_reported_timestamp
    if signed_at is None:
        raise SignatureInvalid(Problem.UNSOUND)
    if not signer.not_valid_before_utc <= signed_at <= signer.not_valid_after_utc:
        raise SignatureInvalid(Problem.OUTDATED)
    status = validate_pdf_signature(
        signature,
        ValidationContext(
            trust_roots=[_asn1(root) for root in trusted], moment=signed_at, allow_fetching=False
        ),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
        ),
        skip_diff=True,  # nothing may follow, so there is no difference to look at
    )
    is_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    is_pades = signature.sig_object.get("/SubFilter") == SigSeedSubFilter.PADES.value
    if not (status.intact and status.valid and status.trusted and is_whole and is_pades):
        raise SignatureInvalid(Problem.UNSOUND)
    return signed_at


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    from asn1crypto import x509 as asn1_x509

    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
