from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.redact import redact

SECRETS = [
    "sk-ant-api03-AbCdEfGhIjKl_mnop-123456",
    "ghp_0123456789abcdefABCDEF0123456789abcd",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA-0123456789abcdefghijklmnopqrstu",
    "xoxb-1234567890-abcdefghij",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "export X={} next", '{{"x": "{}"}}', "\x1b[31m{}\x1b[0m"])
def test_keys_of_known_forms_are_blanked_in_place(secret: str, around: str) -> None:
    text = around.format(secret)
    clean = redact(text)
    assert secret not in clean
    assert clean == around.format("x" * len(secret))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("DB_PASSWORD=hunter22", "DB_PASSWORD=xxxxxxxx"),
        ('"api_key": "abcdef123"', '"api_key": "xxxxxxxxx"'),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer xxxxxxxxxxx"),
        ("https://me:s3cret99@host/x", "https://me:xxxxxxxx@host/x"),
        ("the password is short", "the password is short"),
        ("git status", "git status"),
    ],
)
def test_what_is_named_a_secret_is_blanked(text: str, clean: str) -> None:
    assert redact(text) == clean


def test_values_that_are_known_are_blanked_but_not_words_like_true() -> None:
    assert redact("say opensesame, true", ["opensesame", "true"]) == "say xxxxxxxxxx, true"


@pytest.mark.parametrize(
    "piece", ["a.a", "a-", "token", "token.", "eyJc-", "eyJaaaaaaaa.", "a://a", "password ", "Bearer ", "sk-"]
)
def test_a_long_text_without_secrets_is_looked_at_once(piece: str) -> None:
    # With a pattern that goes back and forth this takes hours, and nothing else of the process runs meanwhile.
    assert len(redact(piece * (200_000 // len(piece)))) == 200_000 // len(piece) * len(piece)


def test_a_name_of_many_words_still_speaks_of_a_secret() -> None:
    assert (
        redact("services.billing.production.api_key.primary = abcdef123")
        == "services.billing.production.api_key.primary = xxxxxxxxx"
    )


@given(st.text(), st.lists(st.text(), max_size=3))
def test_the_length_stays(text: str, values: list[str]) -> None:
    assert len(redact(text, values)) == len(text)
