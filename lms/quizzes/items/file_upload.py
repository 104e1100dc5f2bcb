"""One file to hand in, marked by a person."""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.lib.media import MEDIA, clean_name, media_of
from lms.quizzes.items.contract import Response, Table, Words
from lms.quizzes.items.faults import Fault, repeated
from lms.quizzes.items.rubric import MarkedByPerson, RubricStructure
from lms.quizzes.items.submitted import (
    BadResponse,
    BadResponseReason,
    Submitted,
    Upload,
    uploads,
)

MOST_KB = 1500  # with what surrounds it a request stays below MAX_CONTENT_LENGTH
KB = 1024
Kind = Literal["pdf", "docx", "xlsx", "pptx", "odt", "png", "jpeg"]


class FileUploadStructure(RubricStructure):
    type: Literal["file_upload"]
    accepts: Annotated[list[Kind], Field(min_length=1)] = ["pdf", "docx", "odt"]
    max_size_kb: Annotated[int, Field(ge=1, le=MOST_KB)] = MOST_KB


class FileUpload(MarkedByPerson[FileUploadStructure]):
    """The response says which file it is; its bytes are kept beside the answer."""

    structure_model = FileUploadStructure
    takes_file = True
    nothing_given = _l("Choose a file")

    def structure_faults(self, structure: FileUploadStructure) -> Iterable[Fault]:
        yield from repeated("accepts", structure.accepts)

    def parse(self, structure: Table, submitted: Submitted) -> dict[str, Any] | None:
        files = uploads(submitted)
        if len(files) > 1:
            raise BadResponse(BadResponseReason.SEVERAL_ANSWERS)
        return self._response(structure, files[0]) if files else None

    def _response(self, structure: Table, file: Upload) -> dict[str, Any]:
        shape, size = self.read_structure(structure), len(file.content)
        if not size:
            raise BadResponse(BadResponseReason.FILE_EMPTY)
        if size > shape.max_size_kb * KB:
            raise self.too_large(structure)
        media = media_of(file.content)
        if media is None or media.kind not in shape.accepts:
            raise BadResponse(BadResponseReason.FILE_OF_OTHER_KIND, **self.limits(structure))
        return {
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "name": clean_name(file.name, media),
            "media_type": media.media_type,
            "size_bytes": size,
        }

    def too_large(self, structure: Table) -> BadResponse:
        return BadResponse(BadResponseReason.FILE_TOO_LARGE, **self.limits(structure))

    def limits(self, structure: Table) -> dict[str, str]:
        """Say what may be handed in: its kinds in words, and how large it may be."""
        shape = self.read_structure(structure)
        return {
            "kinds": ", ".join(kind.upper() for kind in shape.accepts),
            "size": f"{shape.max_size_kb} KB",
        }

    def endings(self, structure: Table) -> str:
        """List what a browser should offer first."""
        accepts = self.read_structure(structure).accepts
        return ",".join(ending for kind in accepts for ending in MEDIA[kind].endings)

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        if not isinstance(response, dict) or not isinstance(response.get("name"), str):
            return []
        return [f"{response['name']} ({size_words(response.get('size_bytes'))})"]


def size_words(size_bytes: Any) -> str:
    """Write a size in KB, at least 1."""
    size = size_bytes if isinstance(size_bytes, int) else 0
    return f"{max(1, round(size / KB))} KB"
