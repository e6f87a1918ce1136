"""Who is at the other end? How django-allauth's log-ins fit this portal, and how long a proof of identity counts."""
