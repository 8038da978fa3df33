"""An entry as a vCard (RFC 6350, version 3.0, which every address book reads): public fields only."""

from companies.models import Organisation

_LINE = 75  # octets


def _text(value: str) -> str:
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(sign, escaped)
    return value


def _fold(line: str) -> str:
    """A long line goes on after a line break and a blank."""
    parts: list[str] = []
    current = ""
    for letter in line:
        if len((current + letter).encode()) > _LINE - (1 if parts else 0):
            parts.append(current)
            current = ""
        current += letter
    return "\r\n ".join([*parts, current])


def vcard(entry: Organisation, url: str) -> str:
    """Name, address, phone, mail, site and where the entry stands."""
    address = (entry.address_extra, entry.street, entry.locality, "", entry.postcode)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{_text(entry.name)}",
        f"N:{_text(entry.name)};;;;",
        f"ORG:{_text(entry.name)}",
        "X-ABSHOWAS:COMPANY",
        f"ADR;TYPE=WORK:;{';'.join(map(_text, address))};CH",
    ]
    if entry.phone:
        lines.append(f"TEL;TYPE=WORK,VOICE:{_text(entry.phone)}")
    if entry.email:
        lines.append(f"EMAIL;TYPE=WORK:{_text(entry.email)}")
    if entry.website:
        lines.append(f"URL:{_text(entry.website)}")
    if entry.lon is not None and entry.lat is not None:
        lines.append(f"GEO:{entry.lat};{entry.lon}")
    lines += [f"SOURCE:{url}", "END:VCARD"]
    return "\r\n".join(_fold(line) for line in lines) + "\r\n"
