"""The programme as a whole: the first page, its sixteen stages, calendar, rule book and open data."""
