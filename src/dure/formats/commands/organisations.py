"""Answers to organisations that ask to be registered, and organisations that turn out to be one."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, NewKey

Reason = Annotated[str, Meta(min_length=1, max_length=4000)]


class ConfirmRegistration(Command, frozen=True, kw_only=True):
    """Enter an organisation that has asked to be registered, once its documents have been checked."""

    registration: Annotated[Key, Meta(description="id of the request: the first 16 characters of its digest")]
    organisation: Annotated[
        NewKey, Meta(title="Id of the new organisation", description="stable id of the organisation, chosen once")
    ]


class RefuseRegistration(Command, frozen=True, kw_only=True):
    """Refuse a request to be registered. Its asker reads the reason."""

    registration: Annotated[Key, Meta(description="id of the request: the first 16 characters of its digest")]
    reason: Annotated[Reason, Meta(title="Reason for the refusal", description="what is wrong, in words for the asker")]


class ProposeMerger(Command, frozen=True, kw_only=True):
    """Propose that an organisation was registered twice. Once another person has confirmed it, both count as one."""

    organisation: Annotated[
        Key, Meta(title="Organisation that goes", description="the one that is read as the other from then on")
    ]
    into: Annotated[Key, Meta(title="Organisation that stays", description="the one that it is")]
    reason: Annotated[Reason, Meta(title="How one knows", description="why both are the same organisation")]


class ConfirmMerger(Command, frozen=True, kw_only=True):
    """Confirm that an organisation is the same as another, as somebody else has proposed. It cannot be undone."""

    organisation: Annotated[
        Key, Meta(title="Organisation that goes", description="the one that is read as the other from then on")
    ]


class DropMerger(Command, frozen=True, kw_only=True):
    """Drop the proposal to merge an organisation into another; both stay as they are."""

    organisation: Annotated[Key, Meta(title="Organisation that goes", description="the one that the proposal is about")]
