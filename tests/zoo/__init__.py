"""Right and wrong gradients of many losses, in many flavours: seeded, and with the truth known."""

from .cases import CHANGES as CHANGES
from .cases import FLAVOURS as FLAVOURS
from .cases import LOSS as LOSS
from .cases import LOSSES as LOSSES
from .cases import Case as Case
from .cases import flavours_of as flavours_of
from .cases import make as make
from .cases import named as named
from .cases import nudged as nudged
from .cases import parameters_of as parameters_of
from .cases import spoil as spoil
from .mistakes import BY_NAME as BY_NAME
from .mistakes import MISTAKES as MISTAKES
