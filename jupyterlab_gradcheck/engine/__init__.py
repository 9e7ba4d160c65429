"""The engine: is this gradient right? Numerics only; imports NumPy and nothing else of the project."""

from .backend import Backend as Backend
from .check import check as check
from .check import names_of as names_of
from .check import plan_of as plan_of
from .check import study_of as study_of
from .check import trial as trial
from .errors import Cancelled as Cancelled
from .errors import GradcheckError as GradcheckError
from .errors import encodable as encodable
from .errors import place_of as place_of
from .errors import raised_in as raised_in
from .errors import said as said
from .memory import REMEMBERS as REMEMBERS
from .plan import Plan as Plan
from .problem import METHODS as METHODS
from .problem import Options as Options
from .problem import Problem as Problem
from .report import Entry as Entry
from .report import ParameterReport as ParameterReport
from .report import Report as Report
from .report import combined as combined
from .study import StepSeries as StepSeries
from .study import StepStudy as StepStudy

__all__ = [
    "METHODS",
    "REMEMBERS",
    "Backend",
    "Cancelled",
    "Entry",
    "GradcheckError",
    "Options",
    "ParameterReport",
    "Plan",
    "Problem",
    "Report",
    "StepSeries",
    "StepStudy",
    "check",
    "combined",
    "encodable",
    "names_of",
    "plan_of",
    "raised_in",
    "said",
    "study_of",
    "trial",
]
