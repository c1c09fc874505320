"""The kernel's cache: whatever is wrong with it, a run ends well and with the same result; nothing is loaded that was not written."""

import ctypes
import json
import os
import random
import shutil
import subprocess
import sys

import pytest

from sim.cli.progress import WITHOUT
from sim.engine import kernel
from sim.engine.kernel import compiled, kept
from sim.engine.kernel.compiled import works
from sim.engine.kernel.native import SIGNATURES, Array, Code
from sim.engine.kernel.room import Room
from tests.cli.conftest import SMALL, variables

RUN = ("run", "small.yaml", "--replications", "5", "--json", "--no-save")


class Home:
    """A user's folder, with a cache of its own unless told otherwise."""

    def __init__(self, place):
        self.place, self.cache = place, place / "cache"
        place.mkdir(exist_ok=True)
        (place / "small.yaml").write_text(SMALL, encoding="utf-8")

    def holding(self, other):
        """This, with a copy of what another's cache holds."""
        shutil.copytree(other.cache, self.cache)
        return self

    def started(self, *before, **more):
        """`sim run` as a process that is still running; `before` is Python that it does first."""
        code = "\n".join((*before, "from sim.cli import main", "main()"))
        command, pipe = [sys.executable, "-c", code, *RUN], subprocess.PIPE
        surroundings = {"LOCALAPPDATA": str(self.cache), **more}
        return subprocess.Popen(command, cwd=self.place, env=variables(self.cache, **surroundings), stdout=pipe, stderr=pipe)

    def run(self, *before, **more):
        """Exit code, standard output and standard error of `sim run`."""
        return ended(self.started(*before, **more))

    @property
    def kernels(self):
        """Folders of kernels."""
        return sorted((self.cache / "investment-target-sim").glob("kernel-*"))


def ended(process):
    """Exit code, standard output and standard error of a process."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err.decode()


@pytest.fixture(scope="module")
def good(tmp_path_factory, cache):
    """A home whose cache holds the kernel, as the tests' own cache does once it was asked for."""
    assert kernel.is_sound()
    home = Home(tmp_path_factory.mktemp("good"))
    (own,) = (cache / "investment-target-sim").glob(kept.folder().name)
    shutil.copytree(own, home.cache / "investment-target-sim" / own.name)
    return home


@pytest.fixture(scope="module")
def right(good):
    """What a run gives with a good cache: nothing is compiled, nothing said."""
    answer = good.run(FORBIDDEN)
    assert answer[0] == 0, answer[2]
    assert answer[2] == ""
    return answer


FORBIDDEN = "import sys; sys.modules['numba'] = None"
"""With this, nothing can be compiled."""


@pytest.fixture
def damaged(good, tmp_path, monkeypatch):
    """A home with a copy of the good cache, which this process uses as well; its kernel's folder."""
    home = Home(tmp_path).holding(good)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home.cache))
    return home


def truncate(place):
    """The code's second half is missing."""
    content = (place / kept.CODE).read_bytes()
    (place / kept.CODE).write_bytes(content[: len(content) // 2])


def scramble(place):
    """Random bytes in the place of the code."""
    (place / kept.CODE).write_bytes(random.Random(1).randbytes(10_000))


def turn_one_bit(place):
    """One bit of the code is another."""
    content = bytearray((place / kept.CODE).read_bytes())
    content[len(content) // 2] ^= 1
    (place / kept.CODE).write_bytes(content)


def empty_seal(place):
    """The seal has no content."""
    (place / kept.SEAL).write_bytes(b"")


def seal_of_nothing(place):
    """The seal is well formed, and so is a folder of nothing."""
    (place / kept.CODE).unlink()
    (place / kept.SEAL).write_text("{}", encoding="utf-8")


def scramble_seal(place):
    """The seal is not even text."""
    (place / kept.SEAL).write_bytes(bytes(range(128, 256)))


def no_seal(place):
    """The folder was never finished."""
    (place / kept.SEAL).unlink()


def one_more_file(place):
    """There is a file of which the seal does not know."""
    (place / "more").write_bytes(b"")


def a_file(place):
    """There is a file in the folder's place."""
    shutil.rmtree(place)
    place.write_bytes(b"")


def sealed_again(place, content):
    (place / kept.CODE).write_text(content, encoding="utf-8")
    (place / kept.SEAL).write_text(json.dumps(kept._digests(place)), encoding="utf-8")


def sealed_garbage(place):
    """Garbage, soundly sealed."""
    sealed_again(place, "garbage")


def code_of_something_else(place):
    """Sound code that does not define what it should."""
    codes = kept._read((place / kept.CODE).read_text(encoding="ascii"))
    sealed_again(place, kept._text({name: Code("another", code.content) for name, code in codes.items()}))


def one_function_less(place):
    """Sound code of all functions but one."""
    codes = kept._read((place / kept.CODE).read_text(encoding="ascii"))
    del codes["fill_dealt"]
    sealed_again(place, kept._text(codes))


DAMAGES = [
    truncate,
    scramble,
    turn_one_bit,
    empty_seal,
    seal_of_nothing,
    scramble_seal,
    no_seal,
    one_more_file,
    a_file,
    sealed_garbage,
    code_of_something_else,
    one_function_less,
]


def test_a_good_cache_is_used(damaged):
    assert kernel.is_kept()
    assert works(kept.fetched(works))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_damaged_is_not_loaded_and_taken_away(damaged, damage):
    (place,) = damaged.kernels
    damage(place)
    assert kept.fetched(works) is None
    assert damaged.kernels == []


def test_a_kernel_that_gives_another_trace_is_not_used(damaged):
    assert kept.fetched(lambda functions: False) is None
    assert damaged.kernels == []


def test_a_kernel_that_gives_another_trace_is_not_kept(damaged, code):
    with pytest.raises(RuntimeError, match="other numbers"):
        kept.keep(kept._read(code), lambda functions: False)
    assert damaged.kernels == []


def test_a_kernel_of_other_sources_is_not_looked_at(damaged, monkeypatch):
    (place,) = damaged.kernels
    monkeypatch.setattr(kept, "SOURCES", (*kept.SOURCES, "terms.py"))
    assert kept.folder() != place
    assert not kernel.is_kept()
    assert kept.fetched(works) is None
    assert place.exists()


@pytest.fixture
def code(damaged):
    """The kernel's code, which is not in the cache any more."""
    (place,) = damaged.kernels
    content = (place / kept.CODE).read_text(encoding="ascii")
    shutil.rmtree(place)
    return content


def test_what_another_wrote_meanwhile_stays(damaged, code):
    place = kept.folder()
    kept._write(code, place)
    (place / "mark").write_bytes(b"")
    kept._write(code, place)
    assert damaged.kernels == [place]
    assert (place / "mark").exists()


def test_only_the_newest_kernels_stay_and_what_another_is_writing(damaged, code):
    place = kept.folder()
    for age in range(5):
        other = place.with_name(f"kernel-{age}")
        other.mkdir()
        os.utime(other, (10**9 - age, 10**9 - age))
    half, left = place.with_name("kernel-x.1.partial"), place.with_name("kernel-x.2.partial")
    for one in (half, left):
        one.mkdir()
        (one / kept.CODE).write_bytes(b"half")
    os.utime(left, (10**9, 10**9))
    kept._write(code, place)
    assert damaged.kernels == sorted([place, place.with_name("kernel-0"), place.with_name("kernel-1"), half])
    assert kept.fetched(works) is not None


PLACES = {"mkdtemp": kept.tempfile, "write_text": kept.Path, "rename": kept.Path}


@pytest.mark.parametrize("name", PLACES)
def test_wherever_writing_fails_the_kernel_is_there_and_nothing_half_written_stays(damaged, code, monkeypatch, name):
    def refused(*arguments, **options):
        raise PermissionError("planted")

    monkeypatch.setattr(PLACES[name], name, refused)
    assert works(kept.keep(kept._read(code), works))
    assert damaged.kernels == []


def test_a_cache_folder_that_cannot_even_be_asked_for_is_none(monkeypatch):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, "x" * 5000)
    assert not kernel.is_kept()
    assert kept.fetched(works) is None


def test_a_cache_folder_that_cannot_be_made_changes_nothing(right, tmp_path):
    """A file is in its place, so nothing can be written there, whoever runs the program."""
    home = Home(tmp_path)
    home.cache.write_bytes(b"")
    assert home.run() == right


def test_a_run_with_a_damaged_cache_gives_the_same_and_mends_it(right, good, tmp_path):
    home = Home(tmp_path).holding(good)
    (place,) = home.kernels
    truncate(place)
    assert home.run() == right
    assert home.run(FORBIDDEN) == right


@pytest.mark.heavy
@pytest.mark.parametrize("damage", DAMAGES[1:], ids=lambda damage: damage.__name__)
def test_so_it_is_whatever_the_damage(right, good, tmp_path, damage):
    home = Home(tmp_path).holding(good)
    damage(home.kernels[0])
    assert home.run() == right
    assert home.run(FORBIDDEN) == right


@pytest.mark.heavy
def test_two_processes_that_write_at_once_leave_one_good_kernel(right, tmp_path):
    home = Home(tmp_path)
    both = [home.started() for _ in range(2)]
    assert [ended(process) for process in both] == [right, right]
    assert len(home.kernels) == 1
    assert home.run(FORBIDDEN) == right


@pytest.mark.heavy
def test_a_kernel_of_other_sources_stays_beside_the_new_one(right, good, tmp_path):
    home = Home(tmp_path).holding(good)
    (old,) = home.kernels
    stale = old.rename(old.with_name("kernel-stale"))
    half = old.with_name(f"{old.name}.1.partial")
    half.mkdir()
    (half / kept.CODE).write_bytes(b"half")
    assert home.run() == right
    assert home.kernels == sorted([old, half, stale])


NOWHERE = {
    "numba is not installed": "import sys; sys.modules['numba'] = None; sys.modules['llvmlite'] = None",
    "only numba is not installed": FORBIDDEN,
    "numba cannot compile": "from sim.engine.kernel import compiled; compiled.taken_over = lambda: 1 / 0",
    "the kernel gives another trace": "from sim.engine.kernel import compiled; compiled.works = lambda run: False; " + FORBIDDEN,
    "its arrays are of another kind": "from sim.engine.kernel import native; native.DTYPES = native.DTYPES | {'int': 'int32'}",
}


@pytest.mark.parametrize("why", NOWHERE)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_the_kernel_cannot_be_had_the_reference_engine_runs_and_says_so(right, good, tmp_path, why, lang):
    home = Home(tmp_path)
    if why == "the kernel gives another trace":
        home.holding(good)
    code, out, err = home.run(NOWHERE[why], LC_ALL={"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}[lang])
    assert (code, err.strip()) == (0, WITHOUT[lang])
    assert out == right[1]


def test_a_kernel_is_tried_in_every_number(monkeypatch):
    """A trace that differs anywhere is not the right one."""
    right = compiled.compiled()

    def wrong(rooms, first, end):
        ended = right(rooms, first, end)
        out = int(rooms.reshape(-1, len(Room._fields))[-1, Room._fields.index("out")])
        ctypes.c_int64.from_address(out).value += 1
        return ended

    functions = compiled._functions()
    assert works(functions)
    assert not works(functions | {compiled.ENTRY: wrong})


@pytest.mark.parametrize("name", [*compiled.LOOPS])
def test_every_loop_is_tried(name):
    right = compiled._functions()[name]

    def wrong(*arguments):
        right(*arguments)
        written = [one for one, wanted in zip(arguments, SIGNATURES[name], strict=True) if isinstance(wanted, Array) and wanted.written]
        for column in written[-5:] if name in ("fill_accounts", "fill_counts") else written[-1:]:
            column[:1] = column[:1] / 2 + 0.125 if column.dtype == float else column[:1] + 1

    assert not works(compiled._functions() | {name: wrong})


def test_what_a_function_gave_is_remembered_and_what_cannot_be_remembered_is_asked_again() -> None:
    whole = pytest.importorskip("sim.engine.kernel.whole")
    asked: list[object] = []
    ask = whole.once(lambda *given: asked.append(given) or len(asked))
    assert [ask("+", {"a": 1}), ask("+", {"a": 1}), ask("+", {"a": 2}), ask("+", [1]), ask("+", [1])] == [1, 1, 2, 3, 4]


def test_a_numba_that_finds_types_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pytest.importorskip("sim.engine.kernel.whole")
    monkeypatch.setattr(whole, "ASKED", ((None, "get_call_type"), (whole, "what_there_is_not")))
    with whole.remembering():
        assert not hasattr(whole, "what_there_is_not")
