"""Organisations, people and the desks at which they sit."""

from typing import Annotated, Literal

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key, NewKey
from dure.formats.kinds import Instant, Names

DeskName = Literal["ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor"]


class RegisterOrganisation(Command, frozen=True, kw_only=True):
    """Enter an organisation that bids, applies, operates or decides."""

    id: Annotated[NewKey, Meta(description="stable id of the organisation, chosen once")]
    name: Annotated[Names, Meta(description="name in the programme's languages; the first is required")]
    kind: Annotated[Key, Meta(description="kind of organisation, as the programme's vocabulary names it")]
    size: Annotated[str, Meta(max_length=40, description="size class, as the vocabulary names it; empty where none applies")] = ""
    region: Annotated[str, Meta(max_length=40, description="region, as the vocabulary names it; empty when not recorded")] = ""
    youth_led: Annotated[bool, Meta(description="recognised as led by young founders")] = False
    domestic: Annotated[bool, Meta(description="registered in the programme's country")] = True
    group: Annotated[str, Meta(max_length=160, description="beneficial owner where several act as one; empty otherwise")] = ""
    number: Annotated[
        str, Meta(max_length=60, title="Registration number", description="number of its registration; empty when not recorded")
    ] = ""
    synthetic: Annotated[bool, Meta(description="invented for a demonstration or a rehearsal")] = False


class AddPerson(Command, frozen=True, kw_only=True):
    """Enter a person who can be named; a password or another way to log in is set separately."""

    id: Annotated[NewKey, Meta(description="stable id of the person; stands in the journal instead of the log-in name")]
    username: Annotated[str, Meta(min_length=1, max_length=80, description="log-in name; may change")]
    name: Annotated[Names, Meta(description="name in the programme's languages; the first is required")]
    email: Annotated[str, Meta(max_length=254, description="address for notifications; empty when not given")] = ""


class GiveRole(Command, frozen=True, kw_only=True):
    """Seat a person at a desk, for an organisation where the desk belongs to one."""

    person: Annotated[Key, Meta(description="stable id of the person")]
    desk: Annotated[DeskName, Meta(description="desk at which the person sits from now on")]
    organisation: Annotated[Key | None, Meta(description="organisation acted for; required of providers and applicants")] = None
    until: Annotated[Instant | None, Meta(description="last instant of the role; null where it has no end")] = None


class ConfirmRole(Command, frozen=True, kw_only=True):
    """Confirm the role of an official that another person has given; it begins with that."""

    person: Annotated[Key, Meta(description="stable id of the person")]
    desk: Annotated[DeskName, Meta(description="desk of the role that waits")]
    organisation: Annotated[Key | None, Meta(description="organisation acted for; required of providers and applicants")] = None


class InvitePerson(Command, frozen=True, kw_only=True):
    """Invite somebody by a link that is used once. Only the SHA-256 of its secret is handed in; who makes it sends the link."""

    digest: Annotated[
        str,
        Meta(
            pattern=r"^[0-9a-f]{64}$(?!\n)",
            description="SHA-256 of the link's secret in hexadecimal; the secret is `dure_` and 43 letters",
        ),
    ]
    name: Annotated[Names, Meta(description="name in the programme's languages; the first is required")]
    email: Annotated[str, Meta(max_length=254, description="address for notifications; empty when not given")] = ""
    desk: Annotated[DeskName, Meta(description="desk at which the person will sit")]
    organisation: Annotated[Key | None, Meta(description="organisation acted for; required of providers and applicants")] = None
    until: Annotated[Instant | None, Meta(description="last instant of the role; null where it has no end")] = None
    expires_at: Annotated[Instant, Meta(description="last instant at which the link opens; at most 30 days from now")]


class WithdrawInvitation(Command, frozen=True, kw_only=True):
    """Take an invitation back that nobody has accepted."""

    invitation: Annotated[Key, Meta(description="id of the invitation: the first 16 characters of its digest")]


class ProposePersonMerger(Command, frozen=True, kw_only=True):
    """Propose that two accounts are one person's. Once another person has confirmed it, the one that goes is closed."""

    person: Annotated[Key, Meta(title="Account that goes", description="stable id of the account that is closed then")]
    into: Annotated[Key, Meta(title="Account that stays", description="stable id of the account with which the person goes on")]
    reason: Annotated[
        str,
        Meta(title="How one knows that it is one person", min_length=1, max_length=4000, description="why both are one person"),
    ]


class ConfirmPersonMerger(Command, frozen=True, kw_only=True):
    """Confirm that two accounts are one person's, as somebody else has proposed. The one that goes is closed, for good."""

    person: Annotated[Key, Meta(title="Account that goes", description="stable id of the account that is closed then")]


class DropPersonMerger(Command, frozen=True, kw_only=True):
    """Drop the proposal that two accounts are one person's; both stay as they are."""

    person: Annotated[Key, Meta(title="Account that goes", description="stable id of the account that the proposal is about")]


class CloseAccount(Command, frozen=True, kw_only=True):
    """Close a person's account: roles, sessions and tokens end; the person stays on record."""

    person: Annotated[Key, Meta(description="stable id of the person")]


class EndRole(Command, frozen=True, kw_only=True):
    """End a person's role at a desk; it stays on record."""

    person: Annotated[Key, Meta(description="stable id of the person")]
    desk: Annotated[DeskName, Meta(description="desk that the person leaves")]
    organisation: Annotated[Key | None, Meta(description="organisation of the role; null for official desks")] = None


class MakeToken(Command, frozen=True, kw_only=True):
    """Let a program act for oneself. Only the SHA-256 of the token is handed in: the token itself is known to its owner alone."""

    digest: Annotated[
        str,
        Meta(
            pattern=r"^[0-9a-f]{64}$(?!\n)",
            description="SHA-256 of the token in hexadecimal; the token is `dure_` and 43 letters",
        ),
    ]
    name: Annotated[str, Meta(min_length=1, max_length=120, description="what the token is for, in the owner's words")]
    expires_at: Annotated[Instant, Meta(description="last instant of its use; at most 90 days from now")]
    read: Annotated[bool, Meta(description="may read what its owner may read")] = True
    commands: Annotated[
        tuple[Key, ...], Meta(max_length=200, description="commands that it may carry out; its owner must be permitted them too")
    ] = ()


class RevokeToken(Command, frozen=True, kw_only=True):
    """End a token at once; it stays on record."""

    token: Annotated[Key, Meta(description="id of the token: the first 16 characters of its digest")]


class SaveView(Command, frozen=True, kw_only=True):
    """Keep a list as one likes to see it, under a name of one's own; the same name again replaces it."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", description="new id of the view, 32 hexadecimal digits")]
    list: Annotated[str, Meta(min_length=1, max_length=40, description="key of the list")]
    name: Annotated[str, Meta(min_length=1, max_length=80, description="name that its owner gives it")]
    query: Annotated[str, Meta(max_length=4000, description="search, filters, order and columns, as the list's address has them")]
    shared: Annotated[bool, Meta(description="everybody with the link may open it; each reader sees only their own rows")] = False


class ForgetView(Command, frozen=True, kw_only=True):
    """Take one's saved view away."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", description="one of the views that one has saved")]


class RenewAccess(Command, frozen=True, kw_only=True):
    """Let a person who has lost every way to log in set a new one, by a link that is used once. All old ways end with that."""

    person: Annotated[Key, Meta(description="stable id of the person")]
    digest: Annotated[
        str,
        Meta(
            pattern=r"^[0-9a-f]{64}$(?!\n)",
            description="SHA-256 of the link's secret in hexadecimal; the secret is `dure_` and 43 letters",
        ),
    ]
    reason: Annotated[
        str, Meta(min_length=1, max_length=4000, title="How you know the person", description="how it was made sure who asks")
    ]


class ConfirmRenewal(Command, frozen=True, kw_only=True):
    """Let the link for an official open, which another person has made; you have made sure who asks, too."""

    renewal: Annotated[Key, Meta(description="id of the renewal: the first 16 characters of its digest")]


class WithdrawRenewal(Command, frozen=True, kw_only=True):
    """Take the link back by which a person was to set a new way to log in."""

    renewal: Annotated[Key, Meta(description="id of the renewal: the first 16 characters of its digest")]


class SetAddress(Command, frozen=True, kw_only=True):
    """Set a person's email address. The person is notified at the previous address and in the portal."""

    person: Annotated[Key, Meta(description="stable id of the person")]
    email: Annotated[
        str,
        Meta(
            max_length=254,
            title="New e-mail address",
            description="address for notifications; empty where no mail is to go to the person any more",
        ),
    ]


class RegisterKey(Command, frozen=True, kw_only=True):
    """Register the public part of a key of one's own: every answer to a recommendation is signed with it from then on."""

    public: Annotated[
        str, Meta(pattern=r"^(ed25519|passkey):[A-Za-z0-9_-]{20,1000}$(?!\n)", description="public key, as `dure key` prints it")
    ]
    signature: Annotated[
        str, Meta(min_length=1, max_length=1000, description="signature that shows who holds the key, base64url")
    ]
    authenticator_data: Annotated[
        str, Meta(max_length=4000, description="what the passkey adds, base64url; empty for a key file")
    ] = ""
    client_data: Annotated[str, Meta(max_length=4000, description="what the browser adds, base64url; empty for a key file")] = ""
    credential: Annotated[
        str, Meta(max_length=1400, description="by which the browser finds a passkey; empty for a key file")
    ] = ""
    name: Annotated[str, Meta(max_length=80, description="name by which its owner tells it apart; empty where there is one")] = ""


class EndKey(Command, frozen=True, kw_only=True):
    """End a key: nothing that is signed with it later counts, and it can never be registered again."""

    key: Annotated[Key, Meta(description="first half of the SHA-256 of the public key, as the list of keys shows it")]
