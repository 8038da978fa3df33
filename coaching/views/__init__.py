"""Pages of coaching for founders; the staff's pages stand in ``coaching.admin``."""
