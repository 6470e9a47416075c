"""How an id is made: SHA-256 over length-prefixed parts, so the same input has the same id for ever.

Replay is therefore harmless, and no two different part lists collide by concatenation.
"""

import hashlib


def make_id(*parts: str) -> str:
    """Return 32 hex digits that identify `parts` in their order.

    128 bits of SHA-256: a collision among 10^12 ids has a chance below 10^-14.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(str(len(data)).encode() + b":" + data)
    return digest.hexdigest()[:32]
