"""The server extension: asks the package inside a kernel for a check and reports over HTTP.

It imports the contract and nothing else of the package: no NumPy and no TensorFlow is ever loaded into the server.
"""
