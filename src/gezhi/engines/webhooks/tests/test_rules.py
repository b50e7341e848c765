"""How events are signed, tried again, and where they may not go."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.engines.webhooks import rules

NOON = datetime(2022, 9, 13, 4, tzinfo=UTC)


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    found = rules.signature(
        secret,
        key="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert rules.secret_shown(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://city.example.org/events", ""),
        ("https://city.example.org:8443/events?a=1", ""),
        ("http://city.example.org/", "not_https"),
        ("ftp://city.example.org/", "not_https"),
        ("https:///events", "not_https"),
        ("https://me:secret@city.example.org/", "unreadable"),
        ("https://city.example.org/ events", "unreadable"),
        ("https://city.example.org:99999/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://城管.example.org/", "unreadable"),
    ],
)
def test_where_events_go_is_a_plain_https_address(url: str, wrong: str) -> None:
    assert rules.address_wrong(url) == wrong


CLOSED = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
    *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1"),
    *("ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    *("2001:0:53aa:64c:0:fbff:80ff:fffe", "fec0::1", "2001:db8::1"),
]


@pytest.mark.parametrize("address", CLOSED)
def test_no_address_leads_back_into_our_own_networks(address: str) -> None:
    assert not rules.is_open_to(ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8"])
def test_the_worlds_addresses_are_open(address: str) -> None:
    assert rules.is_open_to(ip_address(address), ())


def test_a_network_of_ones_own_is_open_where_it_was_named() -> None:
    allowed = rules.networks_of(["10.20.0.0/16"])

    assert rules.is_open_to(ip_address("10.20.3.4"), allowed)
    assert not rules.is_open_to(ip_address("10.21.3.4"), allowed)


def test_a_name_with_one_closed_address_is_closed() -> None:
    assert rules.pinned(["8.8.8.8", "127.0.0.1"], ()) is None
    assert rules.pinned(["8.8.8.8", "8.8.4.4"], ()) == ip_address("8.8.8.8")
    assert rules.pinned([], ()) is None


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_as_open_however_it_is_dressed(number: int) -> None:
    plain = IPv4Address(number)
    dressed = IPv6Address(f"::ffff:{plain}")

    assert rules.is_open_to(dressed, ()) == rules.is_open_to(plain, ())
    assert not (rules.is_open_to(plain, ()) and plain.is_private)


def test_a_failing_delivery_is_tried_for_two_days_and_no_longer() -> None:
    waits = [rules.next_try(tries, NOON) for tries in range(1, rules.TRIES)]

    gaps = [one - NOON for one in waits if one is not None]
    assert len(gaps) == rules.TRIES - 1
    assert gaps == sorted(gaps)
    assert timedelta(days=2) < sum(gaps, timedelta()) < timedelta(days=3)
    assert rules.next_try(rules.TRIES, NOON) is None
