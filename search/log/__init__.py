"""What was sought, found, opened and not found, so that educators learn what is missing. Never by whom."""
