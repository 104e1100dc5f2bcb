from __future__ import annotations

from lms.certificates.models.certificates import BadgeImage, Certificate, CertificateFile
from lms.certificates.models.issuing import Batch, BatchRow, NameChange, Signatory, Signature
from lms.certificates.models.register import (
    DistrustedKey,
    RegisterEntry,
    RegisterNode,
    SigningKey,
    StatusList,
    TreeHead,
)

__all__ = [
    "BadgeImage",
    "Batch",
    "BatchRow",
    "Certificate",
    "CertificateFile",
    "DistrustedKey",
    "NameChange",
    "RegisterEntry",
    "RegisterNode",
    "Signatory",
    "Signature",
    "SigningKey",
    "StatusList",
    "TreeHead",
]
