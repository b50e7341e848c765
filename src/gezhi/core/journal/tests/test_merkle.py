"""A day of the journal is fixed by one hash: no line of it can be changed unnoticed."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gezhi.core.journal.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root,
    root_of_hashes,
)

LINES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [  # of the first 0, 1, 2 ... of these lines, as certificate-transparency logs publish them
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
DAYS = st.lists(st.binary(max_size=8), max_size=40)
BUSY_DAYS = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def mth(lines: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word."""
    n = len(lines)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + lines[0]).digest()
    k = 1
    while k * 2 < n:
        k *= 2
    return sha256(b"\x01" + mth(lines[:k]) + mth(lines[k:])).digest()


def path(m: int, lines: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162 section 2.1.3.1, word for word."""
    n = len(lines)
    if n == 1:
        return []
    k = 1
    while k * 2 < n:
        k *= 2
    if m < k:
        return [*path(m, lines[:k]), mth(lines[k:])]
    return [*path(m - k, lines[k:]), mth(lines[:k])]


def subproof(m: int, lines: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162 section 2.1.4.1, word for word."""
    n = len(lines)
    if m == n:
        return [] if whole else [mth(lines)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*subproof(m, lines[:k], whole), mth(lines[k:])]
    return [*subproof(m - k, lines[k:], False), mth(lines[:k])]


def hashes_of(lines: list[bytes]) -> list[bytes]:
    return [leaf_hash(line) for line in lines]


@pytest.mark.parametrize("count", range(9))
def test_the_roots_are_those_that_transparency_logs_publish(count: int) -> None:
    assert root(LINES[:count]).hex() == ROOTS[count]


def test_a_day_without_a_line_has_a_root_too() -> None:
    assert root([]) == EMPTY_ROOT == sha256(b"").digest()


@given(lines=DAYS)
def test_the_root_is_the_standards_definition(lines: list[bytes]) -> None:
    assert root(lines) == root_of_hashes(hashes_of(lines)) == mth(lines)


@given(lines=DAYS, data=st.data())
def test_a_tree_put_away_and_taken_up_again_goes_on_as_before(
    lines: list[bytes], data: st.DataObject
) -> None:
    pause = data.draw(st.integers(0, len(lines)))
    morning = Tree()
    for line in lines[:pause]:
        morning.add(line)

    afternoon = Tree(morning.size, morning.peaks)
    for line in lines[pause:]:
        afternoon.add(line)

    assert (morning.root(), afternoon.root()) == (mth(lines[:pause]), mth(lines))


def test_a_day_of_150000_lines_is_held_in_a_few_hashes() -> None:
    tree, most = Tree(), 0
    for number in range(150_000):
        tree.add_hash(number.to_bytes(32))
        most = max(most, len(tree.peaks))

    assert tree.size == 150_000
    assert most <= 17


@pytest.mark.parametrize(
    ("size", "peaks"), [(-1, []), (1, []), (2, [b"x" * 32] * 2), (1, [b"x" * 31]), (0, [b"x" * 32])]
)
def test_a_state_that_cannot_be_is_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="peak"):
        Tree(size, peaks)


@given(lines=BUSY_DAYS, at=st.integers(0), new=st.binary(max_size=8))
def test_an_edited_line_changes_the_root(lines: list[bytes], at: int, new: bytes) -> None:
    at %= len(lines)
    assume(lines[at] != new)

    assert root([*lines[:at], new, *lines[at + 1 :]]) != root(lines)


@given(lines=DAYS, at=st.integers(0), new=st.binary(max_size=8))
def test_an_inserted_line_changes_the_root(lines: list[bytes], at: int, new: bytes) -> None:
    at %= len(lines) + 1

    assert root([*lines[:at], new, *lines[at:]]) != root(lines)


@given(lines=BUSY_DAYS, at=st.integers(0))
def test_a_removed_line_changes_the_root(lines: list[bytes], at: int) -> None:
    at %= len(lines)

    assert root([*lines[:at], *lines[at + 1 :]]) != root(lines)


@given(lines=BUSY_DAYS, data=st.data())
def test_lines_in_another_order_change_the_root(lines: list[bytes], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(lines))
    assume(shuffled != lines)

    assert root(shuffled) != root(lines)


def test_an_inner_node_cannot_pass_for_a_line() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert root([left + right]) != node_hash(left, right) == root([b"a", b"b"])


@given(lines=BUSY_DAYS)
def test_inclusion_proofs_are_the_standards_and_verify(lines: list[bytes]) -> None:
    leaves, top = hashes_of(lines), root(lines)
    for at, leaf in enumerate(leaves):
        proof = inclusion_proof(leaves, at)

        assert proof == path(at, lines)
        assert proves_inclusion(proof, leaf=leaf, at=at, size=len(lines), root=top)


@given(lines=BUSY_DAYS, data=st.data())
def test_a_tampered_inclusion_proof_does_not_verify(
    lines: list[bytes], data: st.DataObject
) -> None:
    leaves, size = hashes_of(lines), len(lines)
    at = data.draw(st.integers(0, size - 1))
    proof, leaf, top = inclusion_proof(leaves, at), leaves[at], root(lines)
    other = data.draw(st.binary(min_size=32, max_size=32))
    assume(other not in {*leaves, *proof, top})
    spot = data.draw(st.integers(0, len(proof)))
    elsewhere = data.draw(st.integers(-1, size).filter(lambda index: index != at))
    longer, shorter = [*proof[:spot], other, *proof[spot:]], [*proof[:spot], *proof[spot + 1 :]]
    edited = [*proof[:spot], other, *proof[spot + 1 :]]

    def proves(path: list[bytes], leaf: bytes, at: int, top: bytes) -> bool:
        return proves_inclusion(path, leaf=leaf, at=at, size=size, root=top)

    assert not proves(longer, leaf, at, top)
    assert spot == len(proof) or not proves(edited, leaf, at, top)
    assert spot == len(proof) or not proves(shorter, leaf, at, top)
    assert not proves(proof, other, at, top)
    assert not proves(proof, leaf, at, other)
    if elsewhere not in range(size) or leaves[elsewhere] != leaf:
        assert not proves(proof, leaf, elsewhere, top)


def test_a_line_that_is_not_there_has_no_proof() -> None:
    for at in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_proof(hashes_of(LINES[:3]), at)


@given(lines=BUSY_DAYS)
def test_consistency_proofs_are_the_standards_and_verify(lines: list[bytes]) -> None:
    leaves, size, top = hashes_of(lines), len(lines), root(lines)
    for former in range(1, size + 1):
        proof = consistency_proof(leaves, former)

        assert proof == subproof(former, lines, True)
        assert proves_consistency(
            proof, former=former, size=size, former_root=root(lines[:former]), root=top
        )


@given(lines=BUSY_DAYS, data=st.data())
def test_a_rewritten_morning_is_not_consistent_with_the_evening(
    lines: list[bytes], data: st.DataObject
) -> None:
    size = len(lines)
    former = data.draw(st.integers(1, size))
    at, new = data.draw(st.integers(0, former - 1)), data.draw(st.binary(max_size=8))
    assume(lines[at] != new)
    rewritten = [*lines[:at], new, *lines[at + 1 :]]

    for history in (lines, rewritten):
        proof = consistency_proof(hashes_of(history), former)
        assert not proves_consistency(
            proof, former=former, size=size, former_root=root(lines[:former]), root=root(rewritten)
        )


@given(lines=BUSY_DAYS, data=st.data())
def test_a_tampered_consistency_proof_does_not_verify(
    lines: list[bytes], data: st.DataObject
) -> None:
    size = len(lines)
    former = data.draw(st.integers(1, size))
    proof = consistency_proof(hashes_of(lines), former)
    other = data.draw(st.binary(min_size=32, max_size=32))
    assume(other not in proof)
    spot = data.draw(st.integers(0, len(proof)))
    tampered = [[*proof[:spot], other, *proof[spot:]]]
    if spot < len(proof):
        tampered += [
            [*proof[:spot], *proof[spot + 1 :]],
            [*proof[:spot], other, *proof[spot + 1 :]],
        ]

    for path in tampered:
        assert not proves_consistency(
            path, former=former, size=size, former_root=root(lines[:former]), root=root(lines)
        )


@pytest.mark.parametrize("former", [0, -1, 4])
def test_a_former_tree_must_be_part_of_the_later_one(former: int) -> None:
    with pytest.raises(ValueError, match="former"):
        consistency_proof(hashes_of(LINES[:3]), former)
    assert not proves_consistency([], former=former, size=3, former_root=b"", root=b"")
