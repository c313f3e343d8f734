"""Sets one sheet after another for ``press``, in a process of its own: no database, no keys, no network, killable.

Reads a line of JSON, answers a line of JSON and the bytes it names. Ends with its parent, or after idle minutes.
"""

from __future__ import annotations

import json
import resource
import select
import sys
import warnings

IDLE_SECONDS = 120
MEMORY = 2 * 2**30


def main(root: str, fonts: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    warnings.simplefilter("ignore")
    # The one font of the house and none of the machine's: a sheet looks the same wherever it is printed.
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    compiler = typst.Compiler(root=root, font_paths=faces)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([questions], [], [], IDLE_SECONDS)[0]:
        line = questions.readline()
        if not line:
            return
        asked = json.loads(line)
        try:
            made = compiler.compile(
                f"{root}/{asked['sheet']}.typ",
                format=asked["format"],
                ppi=asked.get("ppi"),
                sys_inputs={"data": asked["data"]},
                pdf_standards=["ua-1"] if asked["format"] == "pdf" else [],
                timestamp=asked["at"],
            )
            body = (made[0] if isinstance(made, list) else made) or b""
            head: dict[str, object] = {"size": len(body)}
        except Exception as failure:  # Whatever it was, the parent gets an answer.
            body, head = b"", {"failure": type(failure).__name__ + ": " + str(failure)[:2000]}
        answers.write(json.dumps(head).encode() + b"\n" + body)
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
