"""The screens of privacy: revealing, the log, alarms, purposes, requests, and one's own."""

from gezhi.core.privacy.pages import alarms, log, own, purposes, requests

pages = (*requests.pages, *alarms.pages, *log.pages, *purposes.pages, *own.pages)
