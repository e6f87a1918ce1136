"""The form of the log-in, with the field names that it has always had."""

from allauth.account.forms import LoginForm


class LogInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """Name and password."""

    def add_prefix(self, field_name: str) -> str:
        """Browsers and scripts know the field by this name."""
        return "username" if field_name == "login" else field_name
