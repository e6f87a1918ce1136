"""The two ways in which an answer can fail to be given."""


class BadInput(Exception):
    """A file that cannot be read as what it claims to be: command exit code 2.

    Says what is wrong, where, why it matters and what to do.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.todo = what, where, todo

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return f"{place}{self.what}{advice}"


class Infeasible(Exception):
    """Well-formed facts for which no answer satisfies the rules: command exit code 3.

    ``code`` names the constraint that cannot be met, ``detail`` the figures behind it.
    """

    def __init__(self, what: str, *, code: str, detail: dict[str, str] | None = None) -> None:
        super().__init__(what)
        self.what, self.code, self.detail = what, code, detail or {}
