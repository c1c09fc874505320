"""The error tree and its exit codes."""

import pickle

import pytest

from sim.errors import BusyError, InputError, MissingPackageError, Place, Problem, ReplicationError, SimError, UnfinishedError


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (SimError("a bug"), 1),
        (InputError([Problem("unit")]), 2),
        (MissingPackageError("a package is missing"), 2),
        (UnfinishedError("the disk is full"), 3),
        (BusyError("another run writes here"), 4),
        (ReplicationError(1, 37, ZeroDivisionError("division by zero")), 1),
    ],
)
def test_each_fault_ends_in_its_exit_code(fault: SimError, code: int) -> None:
    assert fault.exit_code == code


def test_a_fault_is_told_in_both_languages_and_in_english_where_there_is_no_chinese() -> None:
    fault = UnfinishedError("the disk is full", "磁盘已满")
    assert (fault.message("en"), fault.message("zh"), str(fault)) == ("the disk is full", "磁盘已满", "the disk is full")
    assert BusyError("busy").message("zh") == "busy"


def test_an_input_error_tells_all_its_problems() -> None:
    text = InputError([Problem("unit", Place("a.yaml", 1, 2)), Problem("cycle", Place("a.yaml", 3, 4))]).message("en")
    assert "a.yaml:1:2" in text
    assert "a.yaml:3:4" in text


def test_a_failed_replication_says_how_to_replay_it() -> None:
    fault = ReplicationError(7, 37, ZeroDivisionError("division by zero"))
    assert fault.replay("hengyang-2022") == "sim run hengyang-2022 --seed 7 --replication 37"
    assert fault.message("en") == "replication 37 of seed 7 failed: ZeroDivisionError: division by zero"
    assert fault.message("zh").count("\n") == 0


@pytest.mark.parametrize("fault", [UnfinishedError("a", "甲"), InputError([Problem("unit")]), ReplicationError(7, 37, ValueError("x"))])
def test_a_fault_survives_the_way_between_processes(fault: SimError) -> None:
    copy = pickle.loads(pickle.dumps(fault))
    assert type(copy) is type(fault)
    assert copy.message("zh") == fault.message("zh")
