"""Sealed fields open for those who should read them, and for nobody else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.crypto import (
    CellKeys,
    Keyring,
    SealError,
    Sm4Gcm,
    _Index,
    commit,
    new_salt,
)
from gezhi.base.keyfiles import (
    KeyringError,
    Suite,
    add_version,
    create_keyring,
    path_of,
    retire_version,
)

ID_NO = b"registry.person.id_no"
PHONE = b"registry.person.phone"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(scope="module", params=list(Suite))
def keys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CellKeys:
    folder = tmp_path_factory.mktemp("keys")
    folder.chmod(0o700)
    create_keyring(folder, suite=request.param)
    return Keyring(folder).for_cell("gouzhao")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_keyring(tmp_path / "keys")
    return tmp_path / "keys"


def sealed_bits(sealed: bytes) -> Iterator[bytes]:
    """The value with each of its bits turned over in turn."""
    for at in range(len(sealed)):
        for bit in range(8):
            yield sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def test_the_library_computes_sm3_and_sm4_as_their_standards_print_them() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()

    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert block.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_our_sm4_gcm_gives_the_vector_of_rfc_8998() -> None:
    cipher = Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    covered = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([octet]) * 8 for octet in bytes.fromhex("aabbccddeeffeeaa"))

    sealed = cipher.encrypt(nonce, plain, covered)

    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert cipher.decrypt(nonce, sealed, covered) == plain


@given(text=TEXTS)
def test_what_was_sealed_opens(keys: CellKeys, text: str) -> None:
    assert keys.open(keys.seal(text, context=ID_NO), context=ID_NO) == text


@given(column=st.lists(st.none() | TEXTS))
def test_a_column_keeps_its_order_and_its_gaps(keys: CellKeys, column: list[str | None]) -> None:
    sealed = keys.seal_many(column, context=PHONE)

    assert keys.open_many(sealed, context=PHONE) == column
    assert [value is None for value in sealed] == [value is None for value in column]


def test_a_sealed_value_has_the_documented_layout(keys: CellKeys) -> None:
    sealed = keys.seal("410102194901310026", context=ID_NO)

    algorithm = {Suite.INTERNATIONAL: 1, Suite.GM: 2}[keys.key_set.data[1].suite]
    assert sealed[:4] == bytes([1, algorithm, 0, 1]) == keys.active_header
    assert len(sealed) == 4 + 12 + 18 + 16


def test_equal_texts_are_sealed_differently(keys: CellKeys) -> None:
    column: list[str | None] = ["13800005678"] * 1000

    sealed = [value for value in keys.seal_many(column, context=PHONE) if value]

    assert len({value[4:16] for value in sealed}) == len({value[16:] for value in sealed}) == 1000


def test_any_changed_bit_is_noticed(keys: CellKeys) -> None:
    for changed in sealed_bits(keys.seal("王小二", context=ID_NO)):
        with pytest.raises(SealError) as caught:
            keys.open(changed, context=ID_NO)
        assert caught.value.code in {
            "crypto.changed",
            "crypto.malformed",
            "crypto.unknown_key",
        }


@given(junk=st.binary(max_size=80))
def test_junk_in_a_column_is_an_error_of_its_own_kind(keys: CellKeys, junk: bytes) -> None:
    for sealed in (junk, keys.active_header + junk):
        with pytest.raises(SealError):
            keys.open(sealed, context=ID_NO)


def test_a_value_moved_to_another_column_does_not_open(keys: CellKeys) -> None:
    sealed = keys.seal("13800005678", context=PHONE)

    with pytest.raises(SealError) as caught:
        keys.open(sealed, context=ID_NO)

    assert caught.value.code == "crypto.changed"


def test_a_value_moved_to_another_subdistrict_does_not_open(folder: Path) -> None:
    ring = Keyring(folder)
    sealed = ring.for_cell("gouzhao").seal("13800005678", context=PHONE)

    with pytest.raises(SealError) as caught:
        ring.for_cell("fengyang").open(sealed, context=PHONE)

    assert caught.value.code == "crypto.changed"


def test_a_value_opens_as_the_memoryview_a_driver_may_hand_over(keys: CellKeys) -> None:
    sealed = memoryview(keys.seal("豫A12345", context=ID_NO))

    assert keys.open(sealed, context=ID_NO) == "豫A12345"
    assert not keys.needs_rotation(sealed)


def test_what_is_not_text_is_refused_without_quoting_it(keys: CellKeys) -> None:
    for use in (keys.seal, keys.blind_index):
        with pytest.raises(SealError) as caught:
            use("王\ud800", context=ID_NO)
        assert caught.value.code == "crypto.not_text"
        assert caught.value.__suppress_context__
        assert "王" not in str(caught.value)


def test_a_seal_or_an_index_without_a_context_is_a_bug(keys: CellKeys) -> None:
    for use in (keys.seal, keys.blind_index):
        with pytest.raises(ValueError, match="context"):
            use("王小二", context=b"")


def test_the_keys_outlive_the_process(folder: Path) -> None:
    sealed = Keyring(folder).for_cell("gouzhao").seal("王小二", context=ID_NO)

    assert Keyring(folder).for_cell("gouzhao").open(sealed, context=ID_NO) == "王小二"


def test_there_is_one_keyring_a_folder_and_one_key_object_a_cell(folder: Path) -> None:
    assert Keyring.at(folder) is Keyring.at(folder)
    assert Keyring.at(folder).for_cell("gouzhao") is Keyring.at(folder).for_cell("gouzhao")


def test_a_cell_is_named_by_its_schema(folder: Path) -> None:
    with pytest.raises(ValueError, match="cell"):
        Keyring(folder).for_cell("沟赵")


def test_a_rotation_is_noticed_by_a_process_that_is_serving(folder: Path) -> None:
    ring = Keyring(folder)
    before = ring.for_cell("gouzhao").seal("王小二", context=ID_NO)

    add_version(folder, suite=Suite.GM)

    keys = ring.for_cell("gouzhao")
    after = keys.reseal(before, context=ID_NO)
    assert ring.suite is Suite.GM
    assert (keys.needs_rotation(before), keys.needs_rotation(after)) == (True, False)
    assert keys.open(before, context=ID_NO) == keys.open(after, context=ID_NO) == "王小二"
    assert keys.reseal(after, context=ID_NO) == after


def test_a_request_under_way_opens_what_another_process_just_rotated(folder: Path) -> None:
    under_way = Keyring(folder).for_cell("gouzhao")
    add_version(folder)
    rotated = Keyring(folder).for_cell("gouzhao").seal("王小二", context=ID_NO)

    assert under_way.open(rotated, context=ID_NO) == "王小二"


def test_a_retired_key_opens_nothing_any_more(folder: Path) -> None:
    ring = Keyring(folder)
    sealed = ring.for_cell("gouzhao").seal("王小二", context=ID_NO)
    add_version(folder)
    retire_version(folder, 1)

    with pytest.raises(SealError) as caught:
        ring.for_cell("gouzhao").open(sealed, context=ID_NO)

    assert caught.value.code == "crypto.unknown_key"


def test_a_rotation_leaves_the_blind_index_as_it_was(folder: Path) -> None:
    ring = Keyring(folder)
    before = ring.for_cell("gouzhao").blind_index("13800005678", context=PHONE)

    add_version(folder, suite=Suite.GM)

    assert ring.for_cell("gouzhao").blind_index("13800005678", context=PHONE) == before


@pytest.mark.parametrize("change", [lambda path: path.chmod(0o644), lambda path: path.unlink()])
def test_serving_stops_when_the_key_file_is_opened_up_or_taken_away(
    folder: Path, change: object
) -> None:
    assert callable(change)
    ring = Keyring(folder)
    ring.for_cell("gouzhao")
    change(path_of(folder, "main"))

    with pytest.raises(KeyringError):
        ring.for_cell("gouzhao")


def test_sixteen_threads_may_share_a_keyring_while_it_rotates(folder: Path) -> None:
    ring = Keyring(folder)

    def work(number: int) -> bool:
        if number % 40 == 0:
            add_version(folder)
        keys = ring.for_cell(f"cell_{number % 3}")
        sealed = keys.seal(str(number), context=ID_NO)
        return ring.for_cell(f"cell_{number % 3}").open(sealed, context=ID_NO) == str(number)

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(work, range(400)))

    assert all(results)


def test_an_index_finds_equal_values_only(keys: CellKeys) -> None:
    index = keys.blind_index("410102194901310026", context=ID_NO)

    assert len(index) == 16
    assert keys.blind_index("410102194901310026", context=ID_NO) == index
    assert keys.blind_index("410172190001010010", context=ID_NO) != index
    assert keys.blind_index("410102194901310026", context=PHONE) != index


def test_an_indexed_column_is_its_values_indexed_one_by_one(keys: CellKeys) -> None:
    column = ["13800005678", None, "", "13800005678"]

    assert keys.blind_index_many(column, context=PHONE) == [
        None if value is None else keys.blind_index(value, context=PHONE) for value in column
    ]


def test_two_subdistricts_index_one_person_differently(folder: Path) -> None:
    ring = Keyring(folder)

    indexes = {
        ring.for_cell(cell).blind_index("410102194901310026", context=ID_NO)
        for cell in ("gouzhao", "fengyang")
    }

    assert len(indexes) == 2


@given(context=st.binary(min_size=1, max_size=9), value=TEXTS, shift=st.integers(1, 9))
def test_the_border_between_context_and_value_cannot_be_moved(
    keys: CellKeys, context: bytes, value: str, shift: int
) -> None:
    written = context.hex() + value
    other = written[:shift], written[shift:]

    first = keys.blind_index(written[len(context.hex()) :], context=context.hex().encode())
    second = keys.blind_index(other[1], context=other[0].encode())

    assert (first == second) == (other[0] == context.hex())


def test_the_index_is_the_hmac_its_suite_names() -> None:
    """Against hashlib for SHA-256, and against the definition in RFC 2104 for SM3."""
    key, covered = bytes(range(32)), b"\x00\x05phone13800005678"
    block = key.ljust(64, b"\0")
    inner = sm3(bytes(octet ^ 0x36 for octet in block) + covered)
    by_definition = sm3(bytes(octet ^ 0x5C for octet in block) + inner)

    international = _Index(key, Suite.INTERNATIONAL, b"phone")("13800005678")
    gm = _Index(key, Suite.GM, b"phone")("13800005678")

    assert international == hmac.digest(key, covered, "sha256")[:16]
    assert gm == by_definition[:16]


def test_cell_keys_are_derived_by_hkdf_of_rfc_5869(folder: Path) -> None:
    """Derived again by hand: a change of the derivation would orphan every sealed row."""
    keys = Keyring(folder).for_cell("gouzhao")
    extracted = hmac.digest(b"\0" * 32, keys.key_set.index.value, "sha256")
    key = hmac.digest(extracted, b"gezhi/1/index/international/gouzhao\x01", "sha256")

    assert (
        keys.blind_index("13800005678", context=b"phone")
        == hmac.digest(key, b"\x00\x05phone13800005678", "sha256")[:16]
    )


def test_a_commitment_holds_for_its_value_and_salt_alone() -> None:
    salt = new_salt()
    made = commit("门牌改为 3 号楼".encode(), salt)

    assert made == hmac.new(salt, "门牌改为 3 号楼".encode(), hashlib.sha256).digest()
    assert made != commit("门牌改为 4 号楼".encode(), salt)
    assert made != commit("门牌改为 3 号楼".encode(), new_salt())


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_commitment_asks_for_a_whole_salt(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"", b"\0" * length)


def test_salts_do_not_repeat() -> None:
    salts = sorted(new_salt() for _ in range(1000))

    assert all(left != right for left, right in pairwise(salts))
