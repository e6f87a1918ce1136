"""How do the inner loops run: compiled or as plain Python, with the same integers?

Kernels are written in the part of Python that the compiler knows, on integers and flat arrays only: no
floating point, so no machine rounds differently. Run plainly they work on lists, which Python handles
faster than single numbers of an array.

Compiled code is cached on disk under the name and file of the outermost function. So that a change in any
kernel, or in the fields that are handed over, is noticed, that name carries a digest of all of them.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

try:
    import numba
    from numba.extending import register_jitable

    AVAILABLE = True
except ImportError:  # pragma: no cover - a machine without the compiler takes the plain path
    AVAILABLE = False

__all__ = ["AVAILABLE", "kernel", "run"]
F = TypeVar("F", bound=Callable[..., Any])
_kernels: list[Callable[..., Any]] = []


def kernel(function: F) -> F:
    """Mark a function as callable from compiled code; called plainly it stays as it is."""
    _kernels.append(function)
    if not AVAILABLE:
        return function
    marked: F = register_jitable(function)
    return marked


def run(function: Callable[..., Any], *arguments: Any, compiled: bool) -> Any:
    """Call the kernel; arrays inside named tuples are changed in place either way."""
    if compiled and AVAILABLE:
        layout = tuple(type(argument)._fields for argument in arguments if isinstance(argument, tuple))  # type: ignore[attr-defined]
        return _compile(function, layout)(*arguments)
    plain = [_lists(argument) for argument in arguments]
    answer = function(*plain)
    for array, listed in zip(arguments, plain, strict=True):
        _write_back(array, listed)
    return answer


@cache
def _compile(function: Callable[..., Any], layout: tuple[tuple[str, ...], ...]) -> Callable[..., Any]:
    name = f"{function.__qualname__}_{hashlib.sha256((_digest() + repr(layout)).encode()).hexdigest()[:16]}"
    named = FunctionType(function.__code__, function.__globals__, name)
    named.__qualname__ = name
    compiled: Callable[..., Any] = numba.njit(cache=True, error_model="numpy")(named)
    return compiled


@cache
def _digest() -> str:
    parts = []
    for function in _kernels:
        code = function.__code__
        numbers = [
            (name, function.__globals__[name]) for name in code.co_names if isinstance(function.__globals__.get(name), int)
        ]
        parts.append(repr((function.__qualname__, code.co_code, code.co_consts, code.co_names, code.co_varnames, numbers)))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _lists(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        return argument.tolist()
    if isinstance(argument, tuple):
        return type(argument)(*(_lists(field) for field in argument))
    return argument


def _write_back(argument: Any, listed: Any) -> None:
    if isinstance(argument, np.ndarray):
        if argument.flags.writeable:
            argument[:] = listed
    elif isinstance(argument, tuple):
        for field, changed in zip(argument, listed, strict=True):
            _write_back(field, changed)
