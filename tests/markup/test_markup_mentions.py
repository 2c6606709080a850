"""Which handles a text may mention."""

import pytest

from forum.markup import handles_in


@pytest.mark.parametrize(
    ("source", "handles"),
    [
        ("@idris", {"idris"}),
        ("@Idris.", {"idris"}),
        ("@idris...", {"idris"}),
        ("@idris, @wei", {"idris", "wei"}),
        ("@a.b-c_d!", {"a.b-c_d"}),
        ("(@idris)", {"idris"}),
        ("@idris's", {"idris"}),
        ("请@idris看", {"idris"}),
        ("@idris_", {"idris_", "idris"}),
        ("_@idris_", {"idris_", "idris"}),
        ("@idris- x", {"idris-", "idris"}),
        ("@amy/@bob", {"amy", "bob"}),
        ("cc:@idris\n@wei", {"idris", "wei"}),
        ("me@idris.com", set()),
        ("me+x@idris", set()),
        ("http://a.b/@idris", set()),
        ("@idris@a.b", set()),
        ("@idrisé", set()),
        ("@a", set()),
        ("@" + "a" * 32, {"a" * 32}),
        ("@" + "a" * 33, set()),
        ("@ idris", set()),
        ("@...", set()),
        ("@é", set()),
        ("", set()),
    ],
)
def test_candidates(source: str, handles: set[str]) -> None:
    assert handles_in(source) == handles


def test_at_most_fifty_and_the_first() -> None:
    found = handles_in(" ".join(f"@p{number:03}" for number in range(300)))
    assert found == {f"p{number:03}" for number in range(50)}
