"""One pointer for all arrays: how the kernel's functions share the tables and the state.

Passing a named tuple of eighty arrays to every function costs numba a minute or more of compiling, since each array
travels as seven scalars. Here the arrays' addresses and shapes lie in one int64 table, compiled code carries a
pointer to it, and ``b.units`` is a typed view made on the spot. With compiling switched off the bundle is a plain
object with the same attributes.

``FIELDS`` says what there is. Arrays must be C-contiguous and outlive the bundle; ``Bundle`` keeps them alive.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from sim.kernel.state import FIELDS

WORDS = 4  #: int64 words a field: address, then up to three extents; a number stands in the first word
ORDER = {name: k for k, name in enumerate(FIELDS)}


class BundleType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Bundle")


BUNDLE = BundleType()


@register_model(BundleType)
class BundleModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type) -> None:
        super().__init__(dmm, fe_type, ir.IntType(64).as_pointer())


@cache
def _field_type(name: str):
    """Numba's type of a field; made once, since making the type of a record is slow."""
    dtype, extents = FIELDS[name]
    if extents == 0:
        return types.int64
    return types.Array(from_dtype(np.dtype(dtype)), extents, "C")


@infer_getattr
class BundleAttributes(AttributeTemplate):
    key = BundleType

    def generic_resolve(self, bundle, name):
        return _field_type(name) if name in FIELDS else None


@lower_getattr_generic(BundleType)
def _load_field(context, builder, bundle_type, pointer, name):
    field = _field_type(name)
    word = ir.IntType(64)

    def load(offset):
        return builder.load(builder.gep(pointer, [ir.Constant(word, ORDER[name] * WORDS + offset)]))

    first = load(0)
    if field == types.int64:
        return first
    array = make_array(field)(context, builder)
    itemsize = context.get_abi_sizeof(context.get_data_type(field.dtype))
    extents = [load(1 + axis) for axis in range(field.ndim)]
    strides, stride = [], ir.Constant(word, itemsize)
    for extent in reversed(extents):
        strides.insert(0, stride)
        stride = builder.mul(stride, extent)
    populate_array(
        array,
        data=builder.inttoptr(first, array.data.type),
        shape=extents,
        strides=strides,
        itemsize=ir.Constant(word, itemsize),
        meminfo=None,
    )
    return array._getvalue()


@intrinsic
def as_bundle(typingctx, words):
    """The bundle whose words lie in an int64 array."""

    def codegen(context, builder, signature, arguments):
        return make_array(signature.args[0])(context, builder, arguments[0]).data

    return BUNDLE(words), codegen


class Bundle:
    """Tables and state behind attribute names; ``words`` is what compiled code is given."""

    def __init__(self, **fields) -> None:
        if missing := set(FIELDS) ^ set(fields):
            raise KeyError(f"bundle fields do not match: {sorted(missing)}")
        words = np.zeros(len(FIELDS) * WORDS, np.int64)
        for name, (dtype, extents) in FIELDS.items():
            value, at = fields[name], ORDER[name] * WORDS
            if extents == 0:
                words[at] = value
            else:
                if value.dtype != np.dtype(dtype) or value.ndim != extents or not value.flags.c_contiguous:
                    raise TypeError(f"{name} is {value.dtype} of {value.ndim} extents, not {dtype} of {extents}")
                words[at] = value.ctypes.data
                words[at + 1 : at + 1 + extents] = value.shape
            setattr(self, name, value)
        self.words = self if config.DISABLE_JIT else words


if config.DISABLE_JIT:

    def as_bundle(words):
        return words
