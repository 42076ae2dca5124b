"""The two text steps of scripts/target-graph.

dot    reads the JSON of `swift package dump-package`, writes the graph in Graphviz' language
style  reads the SVG that Graphviz made of it, gives it a background and the colours of a dark page
"""

import json
import re
import sys

# The stages that a query passes through; they are drawn in a colour of their own.
QUERY_PATH = ["AMCSQL", "Catalog", "Privacy", "Dialects", "Warehouse"]

TEXT = "#2d2618"
QUIET = "#6b5f4a"
LINE = "#8a7a5e"
# kind of target → fill, border
COLOURS = {
    "program": ("#e6efe6", "#4f7a5b"),
    "service": ("#f6f1e7", "#8a7a5e"),
    "query": ("#f0dfb8", "#8a6d2f"),
    "c": ("#ececec", "#8a8a8a"),
    "tests": ("#fbf9f4", "#b8ab92"),
}
DARK = """
  @media (prefers-color-scheme: dark) {
    .page { fill: #1b1a17 }
    text { fill: #efe7d6 }
    text[fill="#6b5f4a"] { fill: #b5aa94 }
    .edge path { stroke: #a3957a }
    .edge polygon { fill: #a3957a; stroke: #a3957a }
    .program path { fill: #25382b; stroke: #6fa27d }
    .service path { fill: #2e2a22; stroke: #94866a }
    .query path { fill: #4a3b17; stroke: #c9a24d }
    .c path { fill: #333333; stroke: #8a8a8a }
    .tests path { fill: #23211c; stroke: #6d644f }
  }
"""
TEST_COLUMNS = 6


def kind(target):
    if target["type"] == "test" or (target.get("path") or "").startswith("Tests/"):
        return "tests"
    if target["type"] == "executable":
        return "program"
    if target["name"] in QUERY_PATH:
        return "query"
    return "c" if re.match(r"C[A-Z]", target["name"]) else "service"


def own_dependencies(target, names):
    found = [(each.get("byName") or each.get("target") or [None])[0] for each in target["dependencies"]]
    return [name for name in found if name in names]


def libraries(target):
    return sorted({each["product"][0] for each in target["dependencies"] if "product" in each})


def lines(words, width):
    """The words, joined by commas into lines of at most about `width` letters."""
    result = [""]
    for word in words:
        if result[-1] and len(result[-1]) + len(word) + 2 > width:
            result.append("")
        result[-1] += (", " if result[-1] else "") + word
    return [line for line in result if line]


def table(rows, padding):
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="{padding}">{"".join(rows)}</table>>'


def label(target):
    rows = [f'<tr><td><b><font point-size="14">{target["name"]}</font></b></td></tr>']
    for line in lines(libraries(target), 30):
        rows.append(f'<tr><td><font point-size="9" color="{QUIET}">{line}</font></td></tr>')
    return table(rows, padding=1)


def tests_label(names):
    rows = [f'<tr><td colspan="{TEST_COLUMNS}"><font color="{QUIET}">Tests and what they share</font></td></tr>']
    for start in range(0, len(names), TEST_COLUMNS):
        cells = "".join(f'<td align="left"><b>{name}</b></td>' for name in names[start : start + TEST_COLUMNS])
        rows.append(f"<tr>{cells}</tr>")
    return table(rows, padding=3)


def write_dot(package):
    targets = {target["name"]: target for target in package["targets"]}
    drawn = {name: target for name, target in targets.items() if kind(target) != "tests"}
    node = f'shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=11, fontcolor="{TEXT}"'
    print("digraph targets {")
    print('  graph [rankdir=TB, nodesep=0.25, ranksep=0.45, bgcolor="transparent", pad=0.2];')
    print(f'  node [{node}, margin="0.12,0.05"];')
    print(f'  edge [color="{LINE}", arrowsize=0.6];')
    for name, target in drawn.items():
        fill, border = COLOURS[kind(target)]
        print(f'  "{name}" [class="{kind(target)}", fillcolor="{fill}", color="{border}", label={label(target)}];')
    for name, target in drawn.items():
        for other in own_dependencies(target, drawn):
            weight = 10 if {name, other} <= set(QUERY_PATH) else 1
            print(f'  "{name}" -> "{other}" [weight={weight}];')
    fill, border = COLOURS["tests"]
    names = sorted(set(targets) - set(drawn))
    print(f'  "tests" [class="tests", fillcolor="{fill}", color="{border}", label={tests_label(names)}];')
    lowest = [name for name in drawn if not own_dependencies(drawn[name], drawn)]
    for name in lowest:
        print(f'  "{name}" -> "tests" [style=invis, weight=0];')
    print("}")


def centred(node):
    """The node with its texts centred in the box. Graphviz aligns them to the left by the widths of its own font."""
    if 'class="node tests"' in node[0]:
        return node[0]
    outline = re.search(r' d="([^"]+)"', node[0])[1]
    across = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", outline)]
    middle = f"{(min(across) + max(across)) / 2:.1f}"
    return re.sub(r'text-anchor="start" x="[^"]+"', f'text-anchor="middle" x="{middle}"', node[0])


def style(svg):
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.S)
    svg = re.sub(r'<svg width="\S+" height="\S+"', "<svg", svg)
    svg = re.sub(r'<g id="node\d+".*?</g>', centred, svg, flags=re.S)
    page = f'<style>{DARK}</style>\n<rect class="page" width="100%" height="100%" fill="#ffffff"/>\n'
    return svg.replace('<g id="graph0"', page + '<g id="graph0"', 1)


if sys.argv[1:] == ["dot"]:
    write_dot(json.load(sys.stdin))
elif sys.argv[1:] == ["style"]:
    sys.stdout.write(style(sys.stdin.read()))
else:
    sys.exit(__doc__)
