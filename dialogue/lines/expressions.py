"""Conditions in playbooks: a small, safe expression language over slots and results.

``order.status == "shipped" and days_since(order.delivered_on) <= 30``: names, text, numbers, lists, comparisons,
``in``, ``and``, ``or``, ``not``, ``days_since`` and ``count``. Python's parser reads it; only these parts are accepted
and they are walked here, nothing is evaluated by Python. A value that is not known makes every comparison with it
false, except ``== none`` and ``!=``. Times of day and days compare with text such as "17:00" and "2026-12-24".
"""

import ast
import copy
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_WORDS: dict[str, Any] = {"true": True, "false": False, "none": None}
_FUNCTIONS = ("days_since", "count")
_MAX_LENGTH = 300


class Scope(Protocol):
    """Where names get their values."""

    def value(self, name: str) -> Any:
        """The value of ``slot`` or ``result.field``; None when it is not known."""
        ...

    @property
    def today(self) -> date:
        """The day of the call on the line's clock."""
        ...


class ExpressionError(ValueError):
    """The text is not a condition of this language; the message says where it is not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A name compared with what the condition says itself."""

    name: str
    operator: str
    """As it is written: ``==``, ``in``."""
    values: tuple[Any, ...]
    """One; several after ``in``."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition."""

    text: str
    tree: ast.expr
    names: frozenset[str]
    """All names it looks up."""

    @property
    def counted(self) -> frozenset[str]:
        """The names whose entries it counts."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        return frozenset(
            _dotted(node.args[0]) for node in calls if isinstance(node.func, ast.Name) and node.func.id == "count"
        )

    @property
    def proves(self) -> frozenset[str]:
        """The names that have a value wherever it holds."""
        return _proves(self.tree)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every comparison of a name with what is written out, for the checks."""
        return tuple(_comparisons(self.tree))

    def holds(self, scope: Scope) -> bool:
        """Whether it is true; never raises, whatever the values are."""
        return bool(_evaluate(self.tree, scope))

    def renamed(self, rename: Callable[[str], str]) -> "Condition":
        """The same condition over other names; ``rename`` gets what stands before the dot."""
        tree = copy.deepcopy(self.tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in (*_WORDS, *_FUNCTIONS):
                node.id = rename(node.id)
        names: set[str] = set()
        _check(tree, names)
        return Condition(self.text, tree, frozenset(names))


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        ExpressionError: It uses something that the language does not have.
    """
    if len(text) > _MAX_LENGTH:
        raise ExpressionError(f"is longer than {_MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("is not a condition") from error
    names: set[str] = set()
    _check(tree, names)
    return Condition(text, tree, frozenset(names))


def _check(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.BoolOp():
            children: list[ast.expr] = node.values
        case ast.UnaryOp(op=ast.Not()):
            children = [node.operand]
        case ast.Compare():
            if any(not isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, *_COMPARE)) for op in node.ops):
                raise ExpressionError("uses a comparison other than == != < <= > >= in, not in")
            children = [node.left, *node.comparators]
        case ast.List() | ast.Tuple():
            children = node.elts
        case ast.Constant(value=str() | int() | float()):
            children = []
        case ast.Call(func=ast.Name(id="days_since"), args=[argument], keywords=[]):
            children = [argument]
        case ast.Call(func=ast.Name(id="count"), args=[ast.Name() | ast.Attribute() as argument], keywords=[]):
            children = [argument]
        case ast.Name() | ast.Attribute():
            name = _dotted(node)
            if name not in _WORDS:
                names.add(name)
            children = []
        case _:
            raise ExpressionError(f"uses something that conditions do not have: `{ast.unparse(node)}`")
    for child in children:
        _check(child, names)


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute(value=ast.Name(id=owner)):
            return f"{owner}.{node.attr}"
        case _:
            raise ExpressionError(f"`{ast.unparse(node)}` is not `slot` or `result.field`")


def _proves(node: ast.expr) -> frozenset[str]:
    match node:
        case ast.BoolOp(op=ast.And()):
            return frozenset().union(*(_proves(child) for child in node.values))
        case ast.BoolOp():
            return frozenset.intersection(*(_proves(child) for child in node.values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _proved_by_comparing(left, op, right)
        case ast.Name() | ast.Attribute() if _dotted(node) not in _WORDS:
            return frozenset({_dotted(node)})
    return frozenset()


def _proved_by_comparing(left: ast.expr, op: ast.cmpop, right: ast.expr) -> frozenset[str]:
    none = [isinstance(side, ast.Name) and side.id == "none" for side in (left, right)]
    if isinstance(op, ast.NotIn) or (isinstance(op, ast.NotEq) != any(none)):
        return frozenset()
    sides = (side for side in (left, right) if isinstance(side, ast.Name | ast.Attribute))
    return frozenset(name for side in sides if (name := _dotted(side)) not in _WORDS)


_WRITTEN_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip


def _comparisons(tree: ast.expr) -> Iterator[Comparison]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Compare) and isinstance(node.left, ast.Name | ast.Attribute)):
            continue
        name, right = _dotted(node.left), node.comparators[0]
        parts = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        values = tuple(part.value for part in parts if isinstance(part, ast.Constant))
        if name not in _WORDS and len(node.ops) == 1 and values and len(values) == len(parts):
            yield Comparison(name, _WRITTEN_OPERATORS[type(node.ops[0])], values)


def _evaluate(node: ast.expr, scope: Scope) -> Any:
    match node:
        case ast.BoolOp(op=ast.And()):
            return all(_evaluate(child, scope) for child in node.values)
        case ast.BoolOp():
            return any(_evaluate(child, scope) for child in node.values)
        case ast.UnaryOp():
            return not _evaluate(node.operand, scope)
        case ast.Compare():
            return _compare(node, scope)
        case ast.List() | ast.Tuple():
            return [_evaluate(child, scope) for child in node.elts]
        case ast.Constant():
            return node.value
        case ast.Call(func=ast.Name(id="count")):
            entries = _evaluate(node.args[0], scope)
            return len(entries) if isinstance(entries, (list, tuple)) else 0
        case ast.Call():
            day = _evaluate(node.args[0], scope)
            return (scope.today - day).days if isinstance(day, date) else None
        case _:
            name = _dotted(node)
            return _WORDS[name] if name in _WORDS else scope.value(name)


def _compare(node: ast.Compare, scope: Scope) -> bool:
    left = _evaluate(node.left, scope)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = _evaluate(right_node, scope)
        if left is None and right is None and isinstance(op, ast.Eq):
            # Two values that nobody knows are not the same one; `== none` asks for just that.
            return any(isinstance(side, ast.Name) and side.id == "none" for side in (node.left, right_node))
        if not _holds(op, left, right):
            return False
        left = right
    return True


def _holds(op: ast.cmpop, left: Any, right: Any) -> bool:
    left, right = _number(left), _number(right)
    left, right = _alike(left, right), _alike(right, left)
    match op:
        case ast.Eq():
            return bool(left == right)
        case ast.NotEq():
            return bool(left != right)
        case ast.In() | ast.NotIn():
            options = [_number(item) for item in right] if isinstance(right, (list, tuple)) else []
            return (left in options) == isinstance(op, ast.In)
    try:
        return _COMPARE[type(op)](left, right)
    except TypeError:
        return False


def _alike(value: Any, other: Any) -> Any:
    """A day or time that is written as text, where it meets one that is none."""
    if isinstance(other, (date, time)) and isinstance(value, str):
        try:
            return type(other).fromisoformat(value)
        except ValueError:
            return value
    return [_alike(each, other) for each in value] if isinstance(value, (list, tuple)) else value


def _number(value: Any) -> Any:
    """Decimals and floats compare as people expect: 29.99 is 29.99."""
    return Decimal(str(value)) if isinstance(value, float) else value
