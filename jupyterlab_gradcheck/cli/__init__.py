"""``jupyter gradcheck NOTEBOOK|SCRIPT...``: runs notebooks, each in a kernel of its own, and checks what they define.

Like the server it knows the contract and nothing else of ours: the numerics happen in the kernel.
"""
