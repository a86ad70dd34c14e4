"""A process may end at any moment of an encoding."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# torch as the real model uses it, without the seconds that the model takes to load.
WHILE_ENCODING = """
import sys, threading, time, types
import torch

torch.set_num_threads(1)
weights = torch.rand(400, 400)
busy = threading.Event()

class Model:
    def get_embedding_dimension(self):
        return 400

    def encode_document(self, text, **_options):
        made = torch.ones(400, 400)
        for _step in range(20):
            made = torch.nn.functional.linear(made, weights).clamp(0, 1)
        busy.set()
        return made[0].numpy()

foreign = types.ModuleType("search.sentence_models")
foreign.load_model = lambda name, download: Model()
sys.modules[foreign.__name__] = foreign
from search.encoders import SentenceEncoder

def encode(encoder):
    while True:
        encoder.encode_passages(["a passage"] * 10)

encoder = SentenceEncoder()
for _thread in range(2):
    threading.Thread(target=encode, args=(encoder,), daemon=True).start()
busy.wait()
sys.exit(7)
"""


def test_a_process_that_ends_while_it_encodes_ends_with_its_own_status() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WHILE_ENCODING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (7, "")
