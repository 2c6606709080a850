"""Numbers in addresses: positive, and small enough for any database."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map


class Number(IntegerConverter):
    """A whole number from 1 to 2^31 - 1; anything else is no address of ours (404)."""

    regex = r"[1-9]\d{0,9}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=2**31 - 1)


def init_app(app: Flask) -> None:
    """Makes `<number:…>` known to the routes."""
    app.url_map.converters["number"] = Number
