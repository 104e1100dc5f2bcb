"""Checking a certificate with nothing but its PDF and the issuer's root: no database, no network, no application.

    python -m lms.certificates.verify certificate.pdf --trust issuer.pem [--status list.json ...] \
        [--distrusted distrusted.json] [--json]

It ends with 0 where the certificate is genuine and holds, with 1 where it does not (changed, forged, expired, revoked,
suspended, or of somebody else), and with 2 where that cannot be told.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates.answers import EXIT_CODES, PROBLEMS, SENTENCES, Answer
from lms.certificates.leaves import leaf_of
from lms.lib import credentials, distrust, merkle, notes, pdf_text, signing, status_lists
from lms.lib.certifying import may_certify
from lms.lib.signing import Problem, SignatureInvalid

ATTACHMENT = "credential.json"


class Failed(Exception):
    """A check said no; the sentence says why."""

    def __init__(self, answer: Answer, sentence: str) -> None:
        super().__init__(sentence)
        self.answer, self.sentence = answer, sentence


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and the facts that were seen. ``passed`` is None where it was not looked at."""

    name: str
    passed: bool | None
    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What a file turned out to be. ``lines`` are those of a genuine certificate, never those of a stranger's."""

    answer: Answer
    checks: tuple[Check, ...]
    lines: Mapping[str, str] = field(default_factory=dict)


def verified(
    pdf: bytes,
    trusted: Sequence[x509.Certificate],
    lists: Sequence[Mapping[str, Any]],
    now: datetime,
    distrusted: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """Check a PDF, from its signature to whether it holds. The first check that says no is the last.

    Args:
        pdf: any bytes.
        trusted: the issuer's root, or several; beside them the keys they certified, for lists signed with later ones.
        lists: status lists that were kept; each is checked before it is believed.
        now: with its zone.
        distrusted: what the issuer says of keys that others may have; believed where a root has signed it.
    """
    checks: list[Check] = []
    subject = _Subject(pdf, trusted, lists, now, distrusted)
    for name, look in _CHECKS:
        try:
            checks.append(Check(name, True, *look(subject)))  # noqa: FBT003 - what it is, not a switch
        except Failed as failed:
            passed = None if EXIT_CODES[failed.answer] == EXIT_CODES[Answer.UNKNOWN] else False
            checks.append(Check(name, passed, failed.sentence))
            return Report(failed.answer, tuple(checks), subject.lines)
        except (LookupError, TypeError, ValueError):
            sentence = "The credential is not built as one of this issuer's."
            checks.append(Check(name, False, sentence))  # noqa: FBT003 - the same
            return Report(Answer.FORGED, tuple(checks), subject.lines)
    return Report(Answer.VALID, tuple(checks), subject.lines)


class _Subject:
    """A file on its way through the checks; each reads what the ones before it have shown to be genuine."""

    def __init__(
        self,
        pdf: bytes,
        trusted: Sequence[x509.Certificate],
        lists: Sequence[Mapping[str, Any]],
        now: datetime,
        distrusted: Sequence[Mapping[str, Any]],
    ) -> None:
        self.pdf, self.lists, self.now = pdf, lists, now
        self.roots = [one for one in trusted if may_certify(one)]
        self.keys = [one for one in trusted if self.is_certified(one)]
        self.doubts = distrust.moments(distrusted, self.roots)
        self.doubted_since: datetime | None = None  # where others may have signed the PDF
        self.credential: dict[str, Any] = {}
        self.lines: dict[str, str] = {}

    def is_certified(self, certificate: x509.Certificate) -> bool:
        return any(signing.issued_by(certificate, root) for root in self.roots)

    def doubt_of(self, certificate: x509.Certificate) -> datetime | None:
        """Return from when on others may have had a key."""
        return self.doubts.get(distrust.fingerprint_of(certificate))


Seen = tuple[str, dict[str, str]]


def _signature(subject: _Subject) -> Seen:
    try:
        signed = signing.check(subject.pdf, subject.roots)
    except SignatureInvalid as error:
        is_foreign = error.problem in {Problem.MISSING, Problem.UNTRUSTED}
        answer = Answer.FOREIGN if is_foreign else Answer.CHANGED
        raise Failed(answer, PROBLEMS[error.problem]) from error
    subject.credential = _attached(subject.pdf)
    subject.doubted_since = subject.doubt_of(signed.signer)
    return "The PDF is signed, and not one byte was changed or added since.", {
        "signed by": _name(signed.signer),
        "signed at": _moment(signed.signed_at),
    }


def _attached(pdf: bytes) -> dict[str, Any]:
    try:
        credential = json.loads(pdf_text.attachments_of(pdf)[ATTACHMENT])
    except (pdf_text.PdfUnreadable, KeyError, ValueError) as error:
        raise Failed(Answer.FORGED, "The PDF has no readable credential attached to it.") from error
    if not isinstance(credential, dict):
        raise Failed(Answer.FORGED, "What is attached to the PDF is no credential.")
    return credential


def _key(subject: _Subject) -> Seen:
    certificate = x509.load_der_x509_certificate(_bytes(subject.credential["register"]["key"]))
    created = datetime.fromisoformat(subject.credential["proof"]["created"])
    if not subject.is_certified(certificate):
        raise Failed(Answer.FORGED, "The trusted root has not certified the key of the credential.")
    if not certificate.not_valid_before_utc <= created <= certificate.not_valid_after_utc:
        raise Failed(
            Answer.FORGED, "The credential was signed when the certificate of its key did not hold."
        )
    subject.keys.append(certificate)
    return "The key that signed the credential was certified by the trusted root.", {
        "key": _name(certificate),
        "certified by": certificate.issuer.rfc4514_string(),
    }


def _proof(subject: _Subject) -> Seen:
    try:
        credentials.check(subject.credential, _public(subject.keys[-1]))
    except credentials.CredentialForged as error:
        raise Failed(Answer.FORGED, "The credential is not what was signed.") from error
    proof = subject.credential["proof"]
    subject.lines = subject.credential["certificate"]["lines"]
    return "The attached credential is what was signed.", {
        "issuer": f"{subject.credential['issuer']['name']}, {subject.credential['issuer']['id']}",
        "credential": subject.credential["id"],
        "signed at": proof["created"],
        "with": proof["verificationMethod"],
    }


def _register(subject: _Subject) -> Seen:
    """Check leaf, inclusion and checkpoint together: each is worth something only with the other two."""
    entry, facts = subject.credential["register"], subject.credential["certificate"]["facts"]
    leaf = leaf_of(
        _bytes(entry["salt"]),
        number=facts["number"],
        event=entry["event"],
        at=entry["at"],
        facts=facts,
        detail=entry["detail"],
    )
    try:
        head = notes.opened(entry["checkpoint"], entry["log"], _public(subject.keys[-1]))
    except notes.NoteForged as error:
        raise Failed(
            Answer.FORGED, "The head of the register was not signed by the issuer."
        ) from error
    proof = [_bytes(step) for step in entry["proof"]]
    is_in = merkle.verify_inclusion(leaf, entry["index"], head.size, proof, head.root)
    if not is_in or entry["event"] != "issue":
        raise Failed(Answer.FORGED, "The register does not have this certificate as it is here.")
    _require_proved(subject, entry["at"])
    return "The issue is in the public register.", {
        "register": head.origin,
        "entry": f"{entry['index']} of {head.size}, {entry['at']}, leaf {leaf.hex()}",
        "head": f"{head.root.hex()}, signed {_moment(head.signed_at)}",
    }


def _require_proved(subject: _Subject, entered_at: str) -> None:
    """Believe what a key signed that others may have only where another key says that it is older than that.

    Who has a key can write any time beside a signature, but none into the register, whose head another key signs.
    """
    since = subject.doubted_since
    if since is None:
        return
    if subject.doubt_of(subject.keys[-1]) is None and datetime.fromisoformat(entered_at) < since:
        return
    subject.lines = {}
    raise Failed(
        Answer.UNPROVED,
        f"Others may have the key of this document since {_moment(since)}, and nothing here shows that it is older.",
    )


def _printed(subject: _Subject) -> Seen:
    missing, rest = pdf_text.differences(subject.lines, pdf_text.text_of(subject.pdf))
    if missing:
        name = missing[0]
        raise Failed(Answer.FORGED, f"The page lacks the line “{name}”: {subject.lines[name]}")
    if rest:
        raise Failed(Answer.FORGED, f"The page says more than the credential: {rest}")
    return "What can be read on the page is what the credential says.", dict(subject.lines)


def _period(subject: _Subject) -> Seen:
    begin, until = subject.credential["validFrom"], subject.credential.get("validUntil")
    if subject.now < datetime.fromisoformat(begin):
        raise Failed(Answer.UNKNOWN, f"It holds from {begin}. Is the clock of this computer right?")
    if not credentials.is_current(subject.credential, subject.now):
        raise Failed(Answer.EXPIRED, f"It held until {until}.")
    return f"It holds until {until}." if until else "It has no last day.", {"from": begin}


def _standing(subject: _Subject) -> Seen:
    """Look into the lists that were kept. An unset bit is believed only of a current one.

    A set bit is believed of an old list too: for ever where it was revoked, and until a newer one says otherwise where
    it was suspended.
    """
    entries = subject.credential["credentialStatus"]
    where = {entry["statusPurpose"]: entry["statusListCredential"] for entry in entries}
    if not subject.lists:
        return "Whether it was revoked since was not looked at: no status list was given.", where
    faults: list[str] = []
    seen: dict[str, str] = {}
    for entry in entries:
        purpose, url = entry["statusPurpose"], entry["statusListCredential"]
        found = [one for one in subject.lists if _is_list(subject, one, url, purpose)]
        found.sort(key=lambda one: datetime.fromisoformat(one["validFrom"]))
        is_revoked = purpose == "revocation"
        telling = found if is_revoked else found[-1:]
        if any(status_lists.is_set(one, int(entry["statusListIndex"])) for one in telling):
            answer = Answer.REVOKED if is_revoked else Answer.SUSPENDED
            raise Failed(answer, f"The signed list of {purpose}s names it ({url}).")
        current = [one for one in found if credentials.is_current(one, subject.now)]
        if current:
            seen[purpose] = f"not in the list of {current[-1]['validFrom']}"
        else:
            faults.append(f"No genuine list of {purpose}s that is current was given: {url}")
    if faults:
        raise Failed(Answer.UNKNOWN, " ".join(faults))
    return "The signed lists say that it was neither revoked nor suspended.", seen


def _is_list(subject: _Subject, status_list: Mapping[str, Any], url: str, purpose: str) -> bool:
    """Say whether this is the list that is meant, signed by a key of the issuer."""
    content = status_list.get("credentialSubject")
    if status_list.get("id") != url or not isinstance(content, dict):
        return False
    return content.get("statusPurpose") == purpose and any(
        _is_signed(status_list, key.public_key())
        for key in subject.keys
        if subject.doubt_of(key) is None
    )


def _is_signed(status_list: Mapping[str, Any], public: object) -> bool:
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        credentials.check(status_list, public)
    except credentials.CredentialForged:
        return False
    return True


_CHECKS: tuple[tuple[str, Callable[[_Subject], Seen]], ...] = (
    ("signature", _signature),
    ("key", _key),
    ("credential", _proof),
    ("register", _register),
    ("page", _printed),
    ("period", _period),
    ("standing", _standing),
)


def _public(certificate: x509.Certificate) -> Ed25519PublicKey:
    public = certificate.public_key()
    if not isinstance(public, Ed25519PublicKey):
        raise Failed(Answer.FORGED, "The key of the credential is of another kind.")
    return public


def _bytes(written: str) -> bytes:
    return base64.b64decode(written, validate=True)


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def told(report: Report) -> Iterator[str]:
    """Say a report in plain words, line by line."""
    marks = {True: "yes", False: "NO", None: "?"}
    for check in report.checks:
        yield f"{marks[check.passed]:>4}  {check.sentence}"
        yield from (f"        {name}: {fact}" for name, fact in check.facts.items())
    yield ""
    yield SENTENCES[report.answer]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lms.certificates.verify",
        description="Check a certificate with nothing but its PDF and the issuer's root.",
        epilog="Ends with 0: genuine and holds; 1: does not; 2: cannot be told.",
    )
    parser.add_argument("pdf", type=Path)
    parser.add_argument(
        "--trust", type=Path, required=True, help="the issuer's issuer.pem, kept from before"
    )
    parser.add_argument(
        "--status", type=Path, nargs="*", default=[], help="status lists that were saved"
    )
    parser.add_argument(
        "--distrusted", type=Path, help="the issuer's distrusted.json: keys that others may have"
    )
    parser.add_argument("--json", action="store_true", help="tell it to a program")
    given = parser.parse_args(arguments)
    try:
        pdf = given.pdf.read_bytes()
        trusted = x509.load_pem_x509_certificates(given.trust.read_bytes())
        lists = [dict(json.loads(path.read_bytes())) for path in given.status]
        distrusted = json.loads(given.distrusted.read_bytes()) if given.distrusted else []
    except (OSError, TypeError, ValueError) as error:
        print(f"This cannot be read: {error}", file=sys.stderr)  # noqa: T201
        return 2
    report = verified(pdf, trusted, lists, datetime.now(UTC), distrusted)
    text = (
        json.dumps(asdict(report), ensure_ascii=False, indent=2)
        if given.json
        else "\n".join(told(report))
    )
    print(text)  # noqa: T201 - what a command is for
    return EXIT_CODES[report.answer]


if __name__ == "__main__":
    sys.exit(main())
