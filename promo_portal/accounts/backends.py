"""Sign-in and permissions: passwords through allauth, rights from the matrix."""

from django.contrib.auth.backends import ModelBackend


class MatrixBackend(ModelBackend):
    """Answers ``has_perm`` from the rights matrix instead of database rows."""
