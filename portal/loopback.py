import ipaddress


def is_loopback(host: str) -> bool:
    """Whether this name or address stands for this machine. No name is looked up."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
