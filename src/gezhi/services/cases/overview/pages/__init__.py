"""Screens that show cases as a whole: on the map, by stage, by day, and what repeats."""

from gezhi.services.cases.overview.pages import board, due, ground_map, hot

pages = (*ground_map.pages, *board.pages, *due.pages, *hot.pages)
