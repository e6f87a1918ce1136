"""How search reads the texts of a row: a column that the database writes by itself."""

from typing import Any

from django.db.models import F, Func, TextField, Value


class Words(Func):
    """Texts as search reads them: small letters, then the initial consonants of Hangul syllables; see migration 0003."""

    function = "words_for_search"
    arity = 1

    @classmethod
    def of(cls, *fields: Any) -> "Words":
        """The words of several columns of a row, or of expressions over them."""
        joined: Any = F(fields[0])
        for field in fields[1:]:
            joined = _Joined(joined, Value(" "), F(field) if isinstance(field, str) else field)
        return cls(joined, output_field=TextField())


class _Joined(Func):
    """Texts one after the other, by the operator that generated columns allow; none of them may be NULL."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()
