"""A Secure Email API server for the demo, development and tests, started with `manage.py sandbox`.

It implements the API's reference and shares no code with the client in `inbox.securemail`, so that both cannot share a
misunderstanding. `urls` leads to its three parts:

- the API under /nexus/v3: `api` has the six operations, with `parameters` and `send_body` for the requests and
  `envelope` and `serializers` for the responses;
- the agents' desk under /desk/: `desk` and `forms`;
- the control endpoints under /control/, with which tests and demonstrations prepare and inspect the server: `control`,
  `control_messages`, `control_faults` and `control_dialects`.

`store` has the rules of what happens to a message, `models` the tables. `middleware` records each API call in
`call_log` and applies the active `faults`; `fault_kinds` has their effects. `dialects` has what another API may
do differently, and `gateway` the refusals of what stands in front of one. `canned_agent` can answer messages.
"""
