import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils

from archive_models.backend import respond


def _session(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    # Threads that spin while they wait stall whoever shares the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class TritonPythonModel:
    def initialize(self, args):
        folder = os.path.join(args["model_repository"], args["model_version"])
        # Some versions of Triton name the folder of the model, others the repository.
        here = os.path.dirname(os.path.abspath(__file__))
        found = [path for path in (os.path.join(each, "model.onnx") for each in (folder, here)) if os.path.exists(path)]
        if not found:
            raise FileNotFoundError("model.onnx is not beside model.py: make it with export_onnx.py")
        self._session = _session(found[0])

    def execute(self, requests):
        return respond(requests, self._answer)

    def _answer(self, request) -> dict:
        ids = pb_utils.get_input_tensor_by_name(request, "input_ids").as_numpy().astype(np.int64)
        lengths = pb_utils.get_input_tensor_by_name(request, "lengths").as_numpy().reshape(-1, 1)
        mask = (np.arange(ids.shape[1])[None, :] < lengths).astype(np.int64)
        (vectors,) = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
        return {"embedding": vectors}
