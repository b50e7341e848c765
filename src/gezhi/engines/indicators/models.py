"""Counts kept by day and by month, so that a year costs twelve rows and not a million."""

from __future__ import annotations

from django.db import models


class Kept(models.Model):
    """How many rows of one count fell on a day, or in a month, by one key of one dimension."""

    id = models.BigAutoField(primary_key=True)
    board = models.CharField(max_length=30)
    count = models.CharField(max_length=40)
    dimension = models.CharField(max_length=20)
    """Empty for the whole subdistrict."""
    key = models.CharField(max_length=40)
    is_month = models.BooleanField()
    starts = models.DateField()
    number = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=("board", "dimension", "is_month", "starts"),
                include=("count", "key", "number"),
                name="kept_counts_by_time",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("board", "count", "dimension", "key", "is_month", "starts"),
                name="a_count_is_kept_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.board}.{self.count} {self.starts} {self.number}"


class Reckoning(models.Model):
    """Up to when a board's counts are right: all changes before this moment are in them."""

    board = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.board} {self.at}"
