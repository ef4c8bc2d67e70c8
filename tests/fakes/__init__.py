"""Fake model providers that the real agent CLIs can talk to, on 127.0.0.1 only.

`model_server` owns sockets and threads; each dialect module turns one provider's JSON into neutral values and
back; `scenarios` decides what the "model" answers; `ledger` writes down what was billed.
"""
