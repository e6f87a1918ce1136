"""Rows of documents: what applicants attach, and what is published with calls."""

from dure.cycle.commands.rows import Row, at, gettext_noop, own
from dure.cycle.demand import standing
from dure.cycle.documents import attaching
from dure.formats.commands.documents import (
    AttachToApplication,
    AttachToGrant,
    PublishWithProviderCall,
    PublishWithUserCall,
    RemoveDocument,
    UnpublishDocument,
)

ROWS = (
    Row("attach_to_application", AttachToApplication, attaching.attach_to_application, own("applicant"),
        gettext_noop("Attach a document"), about=lambda command: f"application/{command.application}",
        owners=standing.applicant_of, state=standing.STATE,
        while_=("before the deadline",), undo="remove_document"),
    Row("attach_to_grant", AttachToGrant, attaching.attach_to_grant, own("applicant"),
        gettext_noop("Attach a document to an answer, appeal or report"), about=lambda command: f"grant/{command.grant}",
        owners=attaching.holder_of_grant, state=attaching.GRANT, while_=("asked",), undo="remove_document"),
    Row("publish_with_provider_call", PublishWithProviderCall, attaching.publish_with_provider_call, at("agency"),
        gettext_noop("Publish a document with a call for providers"), about=lambda command: f"call/{command.call}",
        undo="unpublish_document"),
    Row("publish_with_user_call", PublishWithUserCall, attaching.publish_with_user_call, at("agency"),
        gettext_noop("Publish a document with a user call"), about=lambda command: f"user_call/{command.call}",
        undo="unpublish_document"),
    Row("remove_document", RemoveDocument, attaching.remove, own("applicant"), gettext_noop("Remove a document"),
        about=lambda command: command.document.rpartition("/")[0], owners=attaching.owner_of, state=attaching.STANDING,
        while_=("before the deadline", "asked")),
    Row("unpublish_document", UnpublishDocument, attaching.unpublish, at("agency"),
        gettext_noop("Take a published document away"), about=lambda command: command.document.rpartition("/")[0]),
)  # fmt: skip
# Those that take a file.
ATTACHING = tuple(row.name for row in ROWS if "file" in row.command.__struct_fields__)
