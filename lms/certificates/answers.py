"""What a certificate turns out to be where only its PDF is there, in words and as the end of a command."""

from __future__ import annotations

from enum import StrEnum

from lms.lib.signing import Problem


class Answer(StrEnum):
    """What a certificate turns out to be."""

    VALID = "valid"
    FOREIGN = "foreign"  # not signed by this issuer
    CHANGED = "changed"  # signed by this issuer, and not as it was then
    FORGED = "forged"  # signed, and its parts do not belong together
    EXPIRED = "expired"
    REVOKED = "revoked"  # or replaced by another one
    SUSPENDED = "suspended"
    UNPROVED = "unproved"  # signed with a key that others may have
    UNKNOWN = "unknown"  # whether it still holds cannot be told from what is here


EXIT_CODES = dict.fromkeys(Answer, 1) | {Answer.VALID: 0, Answer.UNPROVED: 2, Answer.UNKNOWN: 2}
SENTENCES = {
    Answer.VALID: "This certificate is genuine and holds.",
    Answer.FOREIGN: "This file was not signed by the issuer that you trust. Do not accept it.",
    Answer.CHANGED: "This file is not what was signed. Do not accept it.",
    Answer.FORGED: "The parts of this certificate do not belong together. Do not accept it.",
    Answer.EXPIRED: "This certificate was issued like this, and has expired.",
    Answer.REVOKED: "This certificate was issued like this, and was revoked or replaced by another one.",
    Answer.SUSPENDED: "This certificate was issued like this, and is suspended for now.",
    Answer.UNPROVED: "Whether this certificate is genuine cannot be told from what is here. Look its number up online.",
    Answer.UNKNOWN: "This certificate is genuine. Whether it holds cannot be told from what is here.",
}
PROBLEMS = {
    Problem.MISSING: "The file has no signature.",
    Problem.CHANGED: "Bytes were changed or added after it was signed.",
    Problem.FORGED: "The signature was not made with the key that it names.",
    Problem.UNTRUSTED: "The file is signed, but by nobody whom the trusted root has certified.",
    Problem.OUTDATED: "It was signed when the certificate of the key did not hold.",
    Problem.UNSOUND: "The signature is not made as PAdES says it.",
}
