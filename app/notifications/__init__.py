"""What people are told of: the page, the bell, the daily mail, and what happens to old notifications."""
