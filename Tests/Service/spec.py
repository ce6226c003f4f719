"""What Specs/api.yaml promises, as far as the checks ask: a reader for that file, not for YAML."""
import os
import re

from daemon import ROOT, check

PATH = os.path.join(ROOT, "Specs/api.yaml")


class Operation:
    def __init__(self, path, method):
        self.path = path
        self.method = method
        self.id = None
        self.codes = {}
        self.open = False
        self.has_body = False

    def __repr__(self):
        return f"{self.method} {self.path}"


def operations():
    """Every operation, in the order of the file."""
    found, path = [], None
    with open(PATH) as file:
        lines = file.read().split("\npaths:\n")[1].split("\ncomponents:\n")[0].splitlines()
    for line in lines:
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        elif match := re.fullmatch(r"    (get|post|put|patch|delete):", line):
            found.append(Operation(path, match[1].upper()))
        elif match := re.fullmatch(r"      operationId: (\w+)", line):
            found[-1].id = match[1]
        elif line == "      security: []":
            found[-1].open = True
        elif line == "      requestBody:":
            found[-1].has_body = True
        elif match := re.match(r'        "(\d{3})":(.*)', line):
            name = re.search(r"components/responses/(\w+)", match[2])
            found[-1].codes[int(match[1])] = name[1] if name else ""
    check(len(found) > 20 and all(one.id and one.codes for one in found),
          f"Specs/api.yaml was not understood: {found}")
    names = {one.id: one for one in found}
    check(len(names) == len(found), "an operationId comes twice")
    return names


def path_of(operation, **parts):
    """Its path with those parts in the place of the braces."""
    return re.sub(r"\{(\w+)\}", lambda match: str(parts[match[1]]), operation.path)
