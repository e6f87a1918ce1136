"""Programs act for a person by a token: a secret of which the records know the SHA-256 only."""

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import found
from dure.formats.commands.people import MakeToken, RevokeToken
from dure.formats.errors import BadInput
from dure.records.parties import actions, queries
from dure.records.parties.models import LONGEST_TOKEN, Token


def make(request: MakeToken, context: Context) -> str:
    """Let the token act for the person who makes it, within its scope; returns its id."""
    if not context.at < request.expires_at <= context.at + LONGEST_TOKEN:
        raise BadInput(
            "a token lives at most 90 days, and some time.",
            where="expires_at",
            todo=f"Give an instant until {(context.at + LONGEST_TOKEN).isoformat(timespec='seconds')}.",
            code="token_lifetime",
            detail={"expires_at": request.expires_at.isoformat(), "most_days": LONGEST_TOKEN.days},
        )
    _require_scope(request)
    if queries.token(request.digest[:16]) is not None:
        raise BadInput("this token was made before.", where="digest", todo="Make a new random token.", code="id_taken")
    token = actions.make_token(
        person=context.person,
        digest=request.digest,
        name=request.name,
        read=request.read,
        commands=request.commands,
        expires_at=request.expires_at,
        at=context.at,
    )
    return token.pk


def revoke(request: RevokeToken, context: Context) -> str:
    """End the token; returns its id."""
    return actions.revoke_token(token=found(queries.token(request.token), "token", request.token), at=context.at).pk


def owner(request: RevokeToken) -> Owners:
    """The token's person; nobody where there is no such token."""
    token = queries.token(request.token)
    return Owners(people=frozenset({token.person.uid})) if token else Owners()


def for_tokens() -> tuple[str, ...]:
    """The commands that a token's scope can name: all but what leaves a way in behind once the token has ended."""
    from dure.cycle.commands.registry import COMMANDS

    return tuple(row.name for row in COMMANDS if not row.in_person)


def allows(token: Token, command: str) -> bool:
    """May it carry out that command? Scopes that were written before a command was closed to tokens open it no more."""
    from dure.cycle.commands.registry import row_of

    return command in token.commands and not row_of(command).in_person


def _require_scope(request: MakeToken) -> None:
    unknown = [name for name in request.commands if name not in for_tokens()]
    if unknown or not (request.read or request.commands):
        raise BadInput(
            f"{unknown[0]!r} cannot be in a token's scope." if unknown else "a token needs a scope.",
            where="commands",
            todo="Name commands of the table, or let it read. What lets people in is done by people, not by tokens.",
            code="token_scope",
            detail={"unknown": unknown[:5]},
        )
