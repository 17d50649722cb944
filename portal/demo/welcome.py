"""The text that the terminal shows once the demo runs."""

from portal.demo import cast, data_folder, settings
from portal.demo.ports import HOST, Ports
from portal.demo.website import identity

TEMPLATE = """
{name}: a demo

  Portal             {portal}/
    a consumer       {anna.address:22}{anna.password}
    another one      {minh.address:22}{minh.password}
  Company's website  {site}/    shows the portal inside its pages; same logins
    as a neighbour   {neighbour}/    the same website on the portal's own site: they share cookies
    its playground   {site}/playground/    each element, attribute, call and event of the portal's script, live
  Portal's admin     {portal}/admin/
    an operator      {operator.address:22}{operator.password}
    her second step                        make demo-code
  Agents' desk       {sandbox}/desk/
  Secure Email API   {sandbox}/nexus/v3   x-api-key: {key}

  A canned agent answers new messages after some seconds; what you take at the desk is left to you.

  To see an outage of one securebox, run this, open Claims and write to them:
    curl -H 'Content-Type: application/json' -d '{{"kind": "hang", "securebox": "Claims01"}}' {sandbox}/control/faults
  To end it:
    curl -X DELETE {sandbox}/control/faults

  Mails with codes, as for signing up, are printed here in the terminal.
  Everything is kept in {folder}; start afresh with: make run ARGS=--reset
  Ctrl-C stops the demo.
"""


def text(ports: Ports) -> str:
    site, neighbour = identity.origins(ports.site)
    return TEMPLATE.format(
        name=settings.PORTAL_NAME,
        portal=f"http://localhost:{ports.portal}",  # Passkeys need a host name; they do not work with an IP address.
        sandbox=f"http://{HOST}:{ports.sandbox}",
        site=site,
        neighbour=neighbour,
        anna=cast.ANNA,
        minh=cast.MINH,
        operator=cast.OPERATOR,
        key=settings.SANDBOX_API_KEY,
        folder=data_folder.FOLDER,
    )
