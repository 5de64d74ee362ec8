"""Let mypy refuse what drops the English of a text: f-strings, `format`, `join` and `+` of plain strings over it."""

from collections.abc import Callable

from mypy.nodes import CallExpr, Expression, GeneratorExpr, ListComprehension, ListExpr, MemberExpr, StrExpr, TupleExpr
from mypy.plugin import FunctionContext, MethodContext, Plugin
from mypy.types import Instance, Type, UnionType, get_proper_type

TEXT = "workflows.words.Words"
STRINGS = ("builtins.str.format", "builtins.str.join", "builtins.str.__add__", "builtins.str.__mod__")
ALWAYS = ("workflows.words.Words.__radd__",)
COMMANDS = ("click.utils.echo", "click.exceptions.ClickException")  # these add to what they are given
WHY = "this drops the English of a text: use its own `format`, `join` or `+`, or str() where Chinese alone is meant"


def holds_text(kind: Type) -> bool:
    """Tell whether values of a type are texts, or hold some."""
    proper = get_proper_type(kind)
    if isinstance(proper, UnionType):
        return any(map(holds_text, proper.items))
    return isinstance(proper, Instance) and (proper.type.fullname == TEXT or any(map(holds_text, proper.args)))


def check(context: FunctionContext | MethodContext) -> Type:
    """Refuse a call on a plain string that is given a text, except `!s` in an f-string, which means the Chinese."""
    call = context.context
    callee = call.callee if isinstance(call, CallExpr) else None
    string = callee.expr if isinstance(callee, MemberExpr) else None
    meant = isinstance(string, StrExpr) and string.value.startswith("{!s")
    own = isinstance(context, MethodContext) and holds_text(context.type)
    kinds = [kind for kinds in context.arg_types for kind in kinds]
    kinds += [context.api.get_expression_type(one) for given in context.args for arg in given for one in parts(arg)]
    return context.default_return_type if meant or own or not any(map(holds_text, kinds)) else refuse(context)


def refuse(context: FunctionContext | MethodContext) -> Type:
    """Say why."""
    context.api.fail(WHY, context.context)
    return context.default_return_type


def parts(given: Expression) -> list[Expression]:
    """Return what a list is made of where it is written: mypy takes it for one of plain strings."""
    if isinstance(given, ListComprehension):
        given = given.generator
    if isinstance(given, GeneratorExpr):
        return [given.left_expr]
    return given.items if isinstance(given, (ListExpr, TupleExpr)) else []


class Texts(Plugin):
    """The hooks."""

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Look at the methods of strings that make one string of several."""
        return refuse if fullname in ALWAYS else check if fullname in STRINGS else None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Look at what commands are told to write."""
        return check if fullname in COMMANDS else None


def plugin(version: str) -> type[Plugin]:
    """Return what mypy asks for."""
    return Texts
