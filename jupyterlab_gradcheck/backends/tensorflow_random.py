"""The random state of a kernel that uses TensorFlow."""

from __future__ import annotations

import random
import sys
from typing import Any

from ..engine.randomness import GeneratorState, HostRandomState, PythonState


class TensorFlowRandomState(HostRandomState):
    """The host's generators, and the one from which operations draw their seeds after `tf.random.set_seed`.

    Setting the seed is the only public way in, and it would forget how far the sequence had got; so the generator behind
    it, the eager context's, is read and put back, and left alone in a TensorFlow that has it no more. A random operation
    keeps counting in its cached kernel: where seeds were drawn, those kernels must go too. A function that sets the seed
    itself makes another generator; then the one from before returns, or none.
    """

    def __init__(self) -> None:
        super().__init__()
        module = sys.modules.get("tensorflow.python.eager.context")
        self._context: Any = module.context() if module is not None else None
        self._seed = getattr(self._context, "_seed", None)
        self._generator: Any = getattr(self._context, "_rng", None)
        self._seeds = PythonState(self._generator) if isinstance(self._generator, random.Random) else None

    def restore(self) -> None:
        super().restore()
        if self._seeds_drawn():
            if self._context._rng is not self._generator:
                self._context._seed, self._context._rng = self._seed, self._generator
            if self._seeds is not None:
                self._seeds.restore()
            self._context.clear_kernel_cache()

    def drawn(self) -> bool:
        return super().drawn() or self._seeds_drawn()

    def _seeds_drawn(self) -> bool:
        now = getattr(self._context, "_rng", None)
        return now is not self._generator or (self._seeds is not None and self._seeds.drawn())


class KernelCounters(GeneratorState):
    """The counters of random operations that have a seed of their own (``tf.nn.dropout(x, 0.5, seed=1)``).

    They lie in the eager context's cached kernels, where nobody can read them: whether one has counted is not known, and
    putting back means beginning anew. That makes the next call of every operation slow (0.2 ms become 4 ms for a small
    network), so it is for functions that are seen to use such seeds.
    """

    def __init__(self) -> None:
        module = sys.modules.get("tensorflow.python.eager.context")
        self._context: Any = module.context() if module is not None else None

    def restore(self) -> None:
        if self._context is not None:
            self._context.clear_kernel_cache()

    def drawn(self) -> bool:
        return self._context is not None
