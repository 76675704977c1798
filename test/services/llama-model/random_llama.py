"""Writes a llama of one layer with random weights: `python random_llama.py FILE`. Its tokens are single bytes."""
import sys

import numpy as np
from gguf import GGUFWriter, TokenType

WIDTH, HIDDEN, HEADS, CONTEXT = 64, 128, 4, 32768
# What ends strings, lists and objects is made likely, so that an answer held to a schema ends, too.
LIKELY = {ord('"'): 3.0, ord("]"): 3.0, ord("}"): 3.0}
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)

random = np.random.default_rng(7)


def weights(*shape: int) -> np.ndarray:
    return (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)


special = [("<unk>", TokenType.UNKNOWN), ("<s>", TokenType.CONTROL), ("</s>", TokenType.CONTROL)]
tokens = special + [(f"<0x{byte:02X}>", TokenType.BYTE) for byte in range(256)]
output = weights(len(tokens), WIDTH)
for byte, factor in LIKELY.items():
    output[len(special) + byte] *= factor

writer = GGUFWriter(sys.argv[1], "llama")
writer.add_context_length(CONTEXT)
writer.add_embedding_length(WIDTH)
writer.add_block_count(1)
writer.add_feed_forward_length(HIDDEN)
writer.add_head_count(HEADS)
writer.add_head_count_kv(HEADS)
writer.add_rope_dimension_count(WIDTH // HEADS)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_vocab_size(len(tokens))
writer.add_tokenizer_model("llama")
writer.add_token_list([text for text, _ in tokens])
writer.add_token_scores([0.0] * len(tokens))
writer.add_token_types([kind for _, kind in tokens])
writer.add_unk_token_id(0)
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_add_bos_token(True)
# A blank before the first token would not be what the server expects where an answer begins.
writer.add_add_space_prefix(False)
writer.add_chat_template(TEMPLATE)

ones = np.ones(WIDTH, dtype=np.float32)
writer.add_tensor("token_embd.weight", weights(len(tokens), WIDTH))
writer.add_tensor("output.weight", output)
writer.add_tensor("output_norm.weight", ones)
for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
    writer.add_tensor(f"blk.0.{name}.weight", weights(WIDTH, WIDTH))
writer.add_tensor("blk.0.attn_norm.weight", ones)
writer.add_tensor("blk.0.ffn_norm.weight", ones)
writer.add_tensor("blk.0.ffn_gate.weight", weights(HIDDEN, WIDTH))
writer.add_tensor("blk.0.ffn_up.weight", weights(HIDDEN, WIDTH))
writer.add_tensor("blk.0.ffn_down.weight", weights(WIDTH, HIDDEN))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
