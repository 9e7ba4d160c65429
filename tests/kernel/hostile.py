"""What may lie in a notebook's namespace beside the net: cells that define objects which do no good when looked at.

Every cell defines its own names; none of them is a function, parameters or data of the net of namespaces.py.
"""

from __future__ import annotations

RAISES = """
_EVERYTHING = (
    "__getattr__ __len__ __bool__ __repr__ __str__ __format__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __iter__ __next__ "
    "__contains__ __getitem__ __setitem__ __delitem__ __setattr__ __delattr__ __array__ __array_interface__ __array_struct__ "
    "__float__ __int__ __complex__ __index__ __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __matmul__ __rmatmul__ "
    "__truediv__ __rtruediv__ __neg__ __abs__ __call__ __copy__ __deepcopy__ __reduce_ex__ __reduce__ __getstate__ __dir__ "
    "__sizeof__ __enter__ __exit__ __await__ __get__ __set__ __missing__ __length_hint__ __fspath__ __bytes__ __buffer__"
).split()


def _nasty(error, *bases, without=()):
    def refuse(self, *args, **kwargs):
        raise error("mind your own business")

    members = {name: refuse for name in _EVERYTHING if name not in without}
    members["__hash__"] = refuse
    for name in ("__class__", "shape", "dtype", "ndim", "assign", "__wrapped__", "__signature__", "__code__", "keys", "values", "items", "__name__"):
        if name not in without:
            members[name] = property(refuse)
    return type("Nasty" + error.__name__, bases, members)
"""

CELLS: dict[str, str] = {
    "getattr": """
class GetAttr:
    def __getattr__(self, name): raise RuntimeError(name)
class GetAttribute:
    def __getattribute__(self, name): raise RuntimeError(name)
h_getattr, h_getattribute = GetAttr(), GetAttribute()
""",
    "anything": """
class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __getitem__(self, key): return self
    def __iter__(self):
        while True:
            yield self
    def __len__(self): return 10**9
    def __array__(self, *a, **k): raise TypeError("no")
h_anything = Anything()
h_list_of_anything = [Anything(), Anything()]
""",
    "mock": """
from unittest import mock as h_mock_module
h_mock, h_magic_mock = h_mock_module.Mock(), h_mock_module.MagicMock()
h_call = h_mock_module.call
""",
    "raises": RAISES + "h_raises = object.__new__(_nasty(RuntimeError))\nh_held = {'W1': h_raises, 'b1': [h_raises]}\n",
    "exits": RAISES + "h_exits = object.__new__(_nasty(SystemExit))\nh_exits_held = [h_exits, {'W1': h_exits}]\n",
    "base exception": RAISES
    + """
class Untouchable(BaseException): pass
h_base = object.__new__(_nasty(Untouchable))
h_base_held = (h_base, {'W1': h_base})
""",
    "generator exit": RAISES + "h_generator_exit = object.__new__(_nasty(GeneratorExit))\n",
    "subclasses": RAISES
    + """
h_dict = dict.__new__(_nasty(RuntimeError, dict))
h_dict2 = dict.__new__(_nasty(SystemExit, dict))
h_list = list.__new__(_nasty(RuntimeError, list))
h_tuple = tuple.__new__(_nasty(RuntimeError, tuple), (1.0, 2.0))
h_str = str.__new__(_nasty(RuntimeError, str), "x")
h_int = int.__new__(_nasty(RuntimeError, int), 3)
h_float = float.__new__(_nasty(RuntimeError, float), 3.0)
import numpy as np
h_array = np.ndarray.__new__(_nasty(RuntimeError, np.ndarray), (2, 3))
h_array2 = np.ndarray.__new__(_nasty(SystemExit, np.ndarray), (2, 3))
""",
    "lying class": """
class Liar:
    def __init__(self, kind): self.__dict__["kind"] = kind
    @property
    def __class__(self): return self.__dict__["kind"]
    def __len__(self): return 3
import types
import numpy as np
h_liars = [Liar(dict), Liar(list), Liar(np.ndarray), Liar(int), Liar(types.FunctionType), Liar(types.ModuleType), Liar(type)]
h_as_dict, h_as_list, h_as_array, h_as_int, h_as_function, h_as_module, h_as_type = h_liars
h_as_none = Liar(type(None))
""",
    "endless mapping": """
import collections.abc
class Endless(collections.abc.Mapping):
    def __getitem__(self, key): return Endless()
    def __len__(self): return 5
    def __iter__(self):
        n = 0
        while True:
            n += 1
            yield f"W{n}"
h_endless_mapping = Endless()
""",
    "endless sequence": """
class EndlessList(list):
    def __iter__(self):
        while True:
            yield 1.0
    def __len__(self): return 3
h_endless_list = EndlessList([1.0, 2.0, 3.0])
class EndlessSequence:
    def __getitem__(self, index): return float(index)
    def __len__(self): return 2**60
h_endless_sequence = EndlessSequence()
class EndlessKeys(dict):
    def items(self):
        while True:
            yield "W1", 1.0
    values = keys = __iter__ = items
    def __len__(self): return 3
h_endless_dict = EndlessKeys(W1=1.0)
""",
    "generators": """
import itertools
def h_gen():
    while True:
        yield 1.0
h_generator, h_count, h_cycle, h_repeat = h_gen(), itertools.count(), itertools.cycle([1]), itertools.repeat(1.0)
h_map, h_zip, h_range = map(float, itertools.count()), zip(itertools.count()), range(10**18)
h_iter_callable = iter(lambda: 1.0, None)
""",
    "recursive": """
h_self_list = []; h_self_list.append(h_self_list)
h_self_dict = {}; h_self_dict["W1"] = h_self_dict; h_self_dict["me"] = [h_self_dict]
h_deep = []
for _ in range(20000):
    h_deep = [h_deep]
h_deep_dict = {}
for _ in range(5000):
    h_deep_dict = {"W1": h_deep_dict}
import numpy as np
h_self_array = np.empty(2, object); h_self_array[0] = h_self_array
class Ring: pass
h_ring = Ring(); h_ring.next = Ring(); h_ring.next.next = h_ring; h_ring.W = h_ring
""",
    "numbers": """
import decimal, fractions
h_huge, h_minus, h_huge_list = 10**5000, -(10**400), [10**4000, 2**70]
h_decimal, h_fraction, h_complex = decimal.Decimal("NaN"), fractions.Fraction(1, 3), complex("nan")
h_snan, h_inf, h_nan = decimal.Decimal("sNaN"), float("inf"), float("nan")
h_true, h_none, h_ellipsis, h_not = True, None, ..., NotImplemented
""",
    "arrays": """
import numpy as np
h_nans = {"W1": np.full((5, 4), np.nan), "b1": np.full((5, 1), np.inf)}
h_empty, h_zero_d, h_objects = np.empty((0, 3)), np.array(1.0), np.array([None, "x", 1.0], dtype=object)
h_structured, h_text = np.zeros(3, dtype=[("W", "f8"), ("b", "i4")]), np.array(["a", "bb"])
h_void, h_dates, h_mask = np.void(b"abc"), np.array(["2020"], dtype="M8[D]"), np.ma.masked_array([1.0, 2.0], [True, False])
h_wide = np.lib.stride_tricks.as_strided(np.ones(1), shape=(2**40,), strides=(0,))
h_wide_dict = {"W1": h_wide}
h_locked = np.ones(3); h_locked.flags.writeable = False
h_matrix_like, h_rec = np.broadcast_to(np.ones(1), (1000, 1000)), np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
h_longdouble, h_half, h_bools = np.ones(2, np.longdouble), np.ones(2, np.float16), np.ones(3, bool)
""",
    "memmap": """
import tempfile
import numpy as np
h_file = tempfile.NamedTemporaryFile()
h_memmap = np.memmap(h_file, dtype="f8", mode="w+", shape=(10, 10))
h_maps = {"W1": h_memmap}
""",
    "system": """
import asyncio, contextvars, io, logging, mmap, queue, re, select, socket, subprocess, threading, weakref, ctypes
h_lock, h_rlock, h_event, h_condition = threading.Lock(), threading.RLock(), threading.Event(), threading.Condition()
h_lock.acquire()
h_sockets = socket.socketpair()
h_socket, h_queue, h_thread, h_local = h_sockets[0], queue.Queue(), threading.current_thread(), threading.local()
h_mmap, h_io, h_bytes, h_view = mmap.mmap(-1, 16), io.StringIO("x"), bytearray(10), memoryview(b"abc")
h_released = memoryview(bytearray(3)); h_released.release()
h_closed = io.StringIO(); h_closed.close()
h_var, h_logger, h_pattern = contextvars.ContextVar("v"), logging.getLogger(), re.compile("x")
class Gone: pass
_gone = Gone(); h_ref, h_proxy = weakref.ref(_gone), weakref.proxy(_gone); del _gone
h_future = asyncio.new_event_loop; h_pointer, h_struct = ctypes.c_void_p(0), (ctypes.c_double * 4)()
import sys
h_frame = sys._getframe(); h_traceback = None
try:
    1 / 0
except ZeroDivisionError as error:
    h_error, h_traceback = error, error.__traceback__
""",
    "modules": """
import sys, types
h_module_a, h_module_b = types.ModuleType("h_a"), types.ModuleType("h_b")
h_module_a.other, h_module_b.other = h_module_b, h_module_a
h_module_a.itself = h_module_a
class HostileModule(types.ModuleType):
    def __getattr__(self, name): raise RuntimeError(name)
    @property
    def __file__(self): raise RuntimeError("file")
    @property
    def __dict__(self): raise RuntimeError("dict")
h_module, h_bare_module = HostileModule("h_c"), types.ModuleType("h_d")
del h_bare_module.__spec__
h_modules = [h_module_a]
""",
    "builtins": """
def sum(*a): raise RuntimeError("sum")
def len(*a): raise RuntimeError("len")
def isinstance(*a): raise RuntimeError("isinstance")
def print(*a): raise RuntimeError("print")
list, dict, tuple, type, str, int, float, object, id, getattr, callable, sorted, iter, map = (0,) * 14
__builtins = __build_class = None
h_shadow = 1
""",
    "callables": """
import functools, operator
class Wrapped:
    def __call__(self, x): return x
h_wrapped = Wrapped(); h_wrapped.__wrapped__ = h_wrapped
def h_loop(x): return x
h_loop.__wrapped__ = h_loop
def h_signature(x): return x
h_signature.__signature__ = 3
class Meta(type):
    def __getattr__(cls, name): raise RuntimeError(name)
    def __instancecheck__(cls, other): raise RuntimeError("instance")
    def __subclasscheck__(cls, other): raise RuntimeError("subclass")
    def __eq__(cls, other): raise RuntimeError("eq")
    def __hash__(cls): raise RuntimeError("hash")
    @property
    def __mro__(cls): raise RuntimeError("mro")
    @property
    def __dict__(cls): raise RuntimeError("dict")
class HostileClass(metaclass=Meta): pass
h_instance = HostileClass()
h_partial, h_getter, h_cached = functools.partial(h_loop), operator.attrgetter("x"), functools.lru_cache(h_loop)
h_partial_self = functools.partial(h_loop); h_partial_self.__setstate__((h_partial_self, (), {}, {}))
def h_no_source(): pass
h_no_source.__code__ = h_no_source.__code__.replace(co_filename="<ipython-input-99-nowhere>", co_firstlineno=10**6)
h_eval = eval("lambda x: x", {})
exec("def h_executed(x): return x", globals())
async def h_coroutine(): pass
async def h_async_generator(): yield 1
""",
    "names of the trade": RAISES
    + """
# They sound like what is looked for, and are nothing of the kind.
class Weird:
    def __call__(self): raise SystemExit
    def __getattr__(self, name): raise SystemExit
h_forward_of_nothing = object.__new__(_nasty(RuntimeError))
loss_backward_forward = Weird()
gradients_of_forward = 3
backward_memory = {"dW": Weird()}
grads, cache, costs = {"dW1": Weird()}, (Weird(),), [Weird()]
""",
    "descriptors": """
class Descriptor:
    def __get__(self, owner, kind): raise SystemExit
    def __set__(self, owner, value): raise SystemExit
class WithDescriptors:
    W, b, forward, backward = Descriptor(), Descriptor(), Descriptor(), Descriptor()
    __slots__ = ("a", "never")
    @property
    def loss(self):
        while True:
            pass
    @classmethod
    def make(cls): raise SystemExit
h_descriptors = WithDescriptors()
""",
    "text": """
h_markup, h_ansi = "<script>alert(1)</script>", "\\x1b[31mred\\x1b[0m\\x07"
h_keys = {"<img src=x onerror=alert(1)>": 1.0, "\\u202eevil": 2.0, "\\ud800": 3.0, 3: 4.0, None: 5.0, (1, 2): 6.0, "": 7.0}
h_long = {"k" * 100000: 1.0}
h_big_text, h_surrogate = "x" * 10**7, "\\ud800"
globals()["h_\\ud800"] = 1.0
globals()["not a name"], globals()["<b>"], globals()[""] = 1.0, [1.0], {"W1": 1.0}
""",
    "hash": """
class Key:
    def __init__(self): self.n = 0
    def __hash__(self): return 1
    def __eq__(self, other): raise RuntimeError("eq")
    def __repr__(self): raise RuntimeError("repr")
    def __str__(self): raise SystemExit
h_keyed = {Key(): 1.0}
class Sorted:
    def __str__(self): return 3
h_sorted = {Sorted(): 1.0}
""",
}  # fmt: skip
