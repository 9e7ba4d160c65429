"""The random state of a kernel that uses TensorFlow."""

from __future__ import annotations

import sys
from typing import Any

from ..engine.randomness import HostRandomState


class TensorFlowRandomState(HostRandomState):
    """The host's generators, and the one from which operations draw their seeds after `tf.random.set_seed`.

    Setting the seed is the only public way in, and it would forget how far the sequence had got; so the generator behind
    it, the eager context's, is read and put back, and left alone in a TensorFlow that has it no more. A random operation
    keeps counting in its cached kernel: where seeds were drawn, those kernels must go too.
    """

    def __init__(self) -> None:
        super().__init__()
        module = sys.modules.get("tensorflow.python.eager.context")
        self._context: Any = module.context() if module is not None else None
        generator = getattr(self._context, "_rng", None)
        self._generator: Any = generator if hasattr(generator, "getstate") else None
        self._seeds = None if self._generator is None else self._generator.getstate()

    def restore(self) -> None:
        super().restore()
        if self._seeds_drawn():
            self._generator.setstate(self._seeds)
            self._context.clear_kernel_cache()

    def drawn(self) -> bool:
        return super().drawn() or self._seeds_drawn()

    def _seeds_drawn(self) -> bool:
        return self._generator is not None and self._generator.getstate() != self._seeds
