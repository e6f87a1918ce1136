"""Which addresses does everybody have for their notices, and what is open by a link?"""

from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.notifications import calendar, inbox, wishes

FORM = ("GET", "HEAD", "POST")
ROUTES = [
    Route("mail/stop/<str:secret>/", "notification_stop", wishes.stop, methods=FORM),
    Route("calendar/<str:secret>.ics", "calendar_file", calendar.file),
    Route("account/notices/", "notifications", inbox.notices, "", "signed in", LISTED),
    Route("account/notices/mark/", "notification_mark", inbox.mark, "", "signed in", ("POST",)),
    Route("account/notices/wishes/", "notification_wishes", wishes.wishes, "", "signed in", FORM),
    Route("account/notices/calendar/", "calendar_address", wishes.calendar_address, "", "signed in", ("POST",)),
    Route("account/notices/<int:pk>/", "notification", inbox.notice, "", "signed in"),
]
