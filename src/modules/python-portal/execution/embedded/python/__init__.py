"""The part of the sandbox that runs inside the interpreter. It imports little, because every interpreter pays for it."""
