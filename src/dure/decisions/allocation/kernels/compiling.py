"""Optional just-in-time compilation of the kernels (Numba: Lam, Pitrou and Seibert 2015); the same integers either way.

Kernels are written in the part of Python that the compiler knows, on integers and flat arrays only: no floating point, so
no machine rounds differently. Uncompiled they work on lists, which Python indexes faster than single numbers of an array.
The compiler is an extra: it is loaded at the first call that asks for it, and where it is absent every call runs uncompiled.

Compiled code is cached on disk under the name and file of the outermost function. So that a change in any
kernel, or in the fields that are handed over, is noticed, that name carries a digest of all of them.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

__all__ = ["available", "kernel", "run"]
F = TypeVar("F", bound=Callable[..., Any])
_kernels: list[Callable[..., Any]] = []
_registered: set[Callable[..., Any]] = set()


def kernel(function: F) -> F:
    """Mark a function as callable from compiled code; called from Python it stays as it is."""
    _kernels.append(function)
    return function


@cache
def available() -> bool:
    """Is the compiler installed? Loads it."""
    try:
        import numba  # noqa: F401 - loaded late: it takes longer than many a round
    except ImportError:
        return False
    return True


def run(function: Callable[..., Any], *arguments: Any, compiled: bool) -> Any:
    """Call the kernel, compiled where that is asked for and possible; arrays inside named tuples are changed in place."""
    if compiled and available():
        layout = tuple(type(argument)._fields for argument in arguments if isinstance(argument, tuple))  # type: ignore[attr-defined]
        return _compile(function, layout)(*arguments)
    listed = [_lists(argument) for argument in arguments]
    answer = function(*listed)
    for array, changed in zip(arguments, listed, strict=True):
        _write_back(array, changed)
    return answer


@cache
def _compile(function: Callable[..., Any], layout: tuple[tuple[str, ...], ...]) -> Callable[..., Any]:
    import numba
    from numba.extending import register_jitable

    for one in _kernels:
        if one not in _registered:
            _registered.add(one)
            register_jitable(one)
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
