"""The look: layouts, components, one stylesheet, small scripts; the gallery at /ui/ shows them.

A page that is no list, detail or form extends a layout and includes components::

    {% extends "ui/page.html" %}{% load i18n ui %}
    {% block buttons %}<a class="btn btn-primary" href="…">{% icon "plus" %}…</a>{% endblock %}
    {% block content %} … {% endblock %}

Layouts: `ui/page.html` (staff), `ui/resident.html` (blocks back, content, bottom: 18 px, one
thumb), `ui/sign_in.html` (blocks content, below), `ui/print.html` (paper), `ui/detail.html`
(blocks before_sections, after_sections), `ui/form.html`, `ui/step.html` (blocks preview, stage).

Components, each included with the names it reads:

- `ui/tile.html`: label, value, unit, hint, tone, icon_name, address; inside `<div class="tiles">`
- `ui/note.html`: words, tone (info, good, warn, bad)
- `ui/progress.html`: done, total, words, left; `poll` is an address asked each 2 s, whose answer
  replaces it until one comes without `poll`
- `ui/timeline.html`: events (`pages.Event`)
- `ui/building.html`: building (`pages.pictures.BuildingPicture`)
- `ui/chart.html`: kind (bar, line, pie), chart_title, heads, rows; a table where scripts are off
- `ui/map.html`: address of a GeoJSON answer, map_title; features carry title, value or tone, and
  address; a click raises the event `map:picked` on the element
- `ui/related.html`: table (title, head, body, rows, more, all, nothing)
- `ui/nothing.html`: filtered; `ui/fields.html`: form; `ui/form_part.html`: form, page, refusal
- a mark is `<span class="mark mark-warn">…</span>`; a card is `<section class="card">`

Tags of `{% load ui %}`: `{% icon "plus" %}` (its name must stand in `icons.txt`), `{% once %}` in
every form that posts, `{% control field %}`. `{% load links %}{% page_link "x.y" as address %}`.

Nothing inline: no style attribute, no script in a page. Own scripts are modules in `static/ui/`.
"""
