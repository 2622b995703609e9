"""The service: settings, wiring, web server and command line."""

import os

# Before numpy is imported. The models bring threads of their own, one an utterance; those of the linear algebra beneath
# them only spin for each other: with 32 calls on two cores they cost a third of the machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
