"""Known answers: closed forms and small exact solvers of queueing, space, placing and output analysis.

A second opinion on the simulator, so it shares nothing with it: no kernel, no scenario, no draws; arguments are
numbers and arrays, time and length in whatever unit the caller holds to throughout. Sources stand in the docstrings.

Queues: `erlang`, `priority`, `general`, `infinite`, `varying`, `hypercube`, `dispatching`. Arguments that make no
sense raise ValueError; a queue without a steady state has an infinite wait. scipy is imported where it is used, so
that importing a solver costs numpy alone.
"""
