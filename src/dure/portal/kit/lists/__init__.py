"""Lists of records: filtered, searched, sorted and paged in SQL, and handed out as files exactly as they are shown."""
