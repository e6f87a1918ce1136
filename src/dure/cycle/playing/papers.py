"""Documents of a script: paragraphs as a word-processor file, the same bytes each time."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

WRITTEN = (2025, 1, 1, 0, 0, 0)  # what the archive says of each of its members
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
BODY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
)


def document(paragraphs: Sequence[str]) -> bytes:
    """A word-processor file with these paragraphs."""
    text = "".join(f"<w:p><w:r><w:t>{escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as file:
        for name, part in (
            ("[Content_Types].xml", TYPES), ("_rels/.rels", LINKS), ("word/document.xml", BODY.format(text)),
        ):  # fmt: skip
            file.writestr(zipfile.ZipInfo(name, WRITTEN), part)
    return kept.getvalue()
