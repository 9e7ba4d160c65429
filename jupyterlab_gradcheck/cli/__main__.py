"""``python -m jupyterlab_gradcheck.cli``, for where the command ``jupyter gradcheck`` is not on the path."""

import sys

from .main import main

sys.exit(main())
