"""The public pages: the form by which anybody asks for an organisation to be registered, and where that request stands."""

from typing import Any

from allauth.core.ratelimit import consume
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dure.cycle.people import registrations
from dure.cycle.people.registrations import LARGEST_DOCUMENT, MOST_DOCUMENTS
from dure.cycle.people.secrets import digest_of
from dure.formats.errors import BadInput
from dure.formats.registration import RegistrationRules, written_number
from dure.portal.kit.acting import why
from dure.portal.kit.errors import too_many
from dure.portal.kit.form import names
from dure.portal.kit.links import link_to
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.language import in_language, language
from dure.portal.kit.wording.words import name
from dure.records.registrations import queries

WISHES = (("applicant", _("Apply for GPUs")), ("provider", _("Provide GPUs as a cloud provider")))
ACCEPTED = ".pdf,.png,.jpg,.jpeg"
TOO_LARGE = _("A document must be of at most 5 MB, and not empty.")


class Files(forms.FileInput):
    """A field for several files, of which none has more than `most` bytes."""

    allow_multiple_selected = True
    most = LARGEST_DOCUMENT
    too_large = TOO_LARGE


class FilesField(forms.FileField):
    """Several files, each read as it is; what each is, the records decide."""

    widget = Files(attrs={"multiple": True, "accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """All that were chosen; none is too large to be read."""
        chosen = [data] if isinstance(data, UploadedFile) else list(data or ())
        for each in chosen:
            super().clean(each, initial)
            if (each.size or 0) > LARGEST_DOCUMENT:
                raise forms.ValidationError(TOO_LARGE)
        if not 1 <= len(chosen) <= MOST_DOCUMENTS:
            raise forms.ValidationError(_("Attach one to five documents, each a PDF, PNG or JPEG of at most 5 MB."))
        return chosen


class RegistrationForm(forms.Form):
    """Who asks for which organisation."""

    kind = forms.ChoiceField()
    number = forms.CharField(max_length=60)
    address = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "street-address"}))
    desk = forms.ChoiceField(choices=WISHES)
    contact_name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    documents = FilesField()

    def __init__(self, rules: RegistrationRules, *given: Any) -> None:
        super().__init__(*given)
        self.fields = {**dict(names.inputs("name", str(_("Name")))), **self.fields}
        self.fields["kind"].choices = [(each, name(each)) for each in rules.kinds]  # type: ignore[attr-defined]
        self.fields["number"].help_text = "-".join("0" * each for each in rules.number_groups)


def ask(request: HttpRequest) -> HttpResponse:
    """The form; what is sent leads to the page that says where it stands, whose address is the asker's alone."""
    rules = registrations.rules_of(book(), timezone.localdate())
    form = RegistrationForm(rules, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        if not consume(request, action="register"):
            return too_many(request)
        if form.is_valid() and (secret := _sent(request, form, rules)):
            return redirect("people_registration", secret=secret)
    page = {"form": form, "by_register": request.user.is_authenticated}
    return render(request, "registrations/ask.html", page, status=422 if form.errors else 200)


def _sent(request: HttpRequest, form: RegistrationForm, rules: RegistrationRules) -> str:
    """The secret of the request that was taken in; nothing where it was refused, which the form then says."""
    fields = dict(form.cleaned_data)
    uploads = [registrations.Upload(each.name or "", each.read()) for each in fields.pop("documents")]
    fields = {"name": names.given("name", fields)} | {key: value for key, value in fields.items() if not key.startswith("name_")}
    fields["language"] = language()
    person = request.user if request.user.is_authenticated else None
    try:
        return registrations.ask(fields, uploads, rules=rules, by=person, at=timezone.now()).token
    except BadInput as error:
        place = error.where.replace(".", "_")
        form.add_error(place if place in form.fields else None, why(error).removeprefix(f"{_('Number')}: "))
        return ""


def standing(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the request stands, for whoever has its address."""
    found = queries.by_secret(digest_of(secret))
    if found is None:
        says = {"heading": _("There is no such request"), "lead": _("Check the address: it must be whole, as you were given it.")}
        return render(request, "people/notice.html", says, status=404)
    groups = registrations.rules_of(book(), timezone.localdate()).number_groups
    page = {
        "asked": found, "name": in_language(found.name), "kind": name(found.kind),
        "number": written_number(found.number, groups), "documents": list(found.documents.all()),
        "address": link_to(request.path, request),
    }  # fmt: skip
    response = render(request, "registrations/standing.html", page)
    response.headers["Cache-Control"] = "no-store, private"
    return response
