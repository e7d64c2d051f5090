"""/manage/: what admins of the place see and do. For everyone else these addresses do not exist."""
