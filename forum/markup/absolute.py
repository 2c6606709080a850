"""Gives HTML that this package wrote whole addresses, for readers outside of the forum; refuses any other HTML."""

import re
from typing import Final

# Our sanitisers write every attribute in double quotes and every `<` of a text as `&lt;`: what looks like a tag is one.
_TAG: Final = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")+ ?/?>')
_ADDRESS: Final = re.compile(r' (href|src)="(/(?!/)|#)')


def absolute(html: str, base: str, page: str) -> str:
    """Addresses within the forum begin with `base`, places within the page with `page`."""

    def whole(found: re.Match[str]) -> str:
        return _ADDRESS.sub(lambda one: f' {one[1]}="{base if one[2] == "/" else page}{one[2]}', found[0])

    return _TAG.sub(whole, html)
