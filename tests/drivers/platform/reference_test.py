#!/usr/bin/env python3
"""reference_test.py SOURCE: every element, attribute and word of topologies/schema/platform.xsd is in docs/platforms.md, as code."""
import os
import re
import sys
import xml.etree.ElementTree as tree

XS = "{http://www.w3.org/2001/XMLSchema}"
with open(os.path.join(sys.argv[1], "docs", "platforms.md"), encoding="utf-8") as file:
    guide = file.read()
schema = tree.parse(os.path.join(sys.argv[1], "topologies", "schema", "platform.xsd"))
code = "\n".join(re.findall(r"^```xml\n(.*?)^```", guide, flags=re.S | re.M) + re.findall(r"`([^`\n]+)`", guide))

elements = {e.get("name") for e in schema.iter(XS + "element")}
attributes = {a.get("name") for a in schema.iter(XS + "attribute")}
words = {e.get("value") for e in schema.iter(XS + "enumeration")} - {"true", "false"}
assert len(elements) > 40 and len(attributes) > 40 and len(words) > 8, "the schema is not read as it should be"
missing = [f"<{name}>" for name in elements if not re.search(rf"<{name}(?![\w-])", code)]
missing += [f"{name}=" for name in attributes if not re.search(rf"(?<![\w<-]){name}(?![\w-])", code)]
missing += [f'"{word}"' for word in words if not re.search(rf"(?<![\w-]){word}(?![\w-])", code)]
assert not missing, "docs/platforms.md does not name " + ", ".join(sorted(missing))
print("ok")
