"""Lists of any size, made from the seed's own entries so that lengths and scripts are real."""

import itertools
import re
from pathlib import Path

from digest.readme import parse

SEED = Path(__file__).parents[2] / "fixtures" / "README.md"


def generated(entries: int, *, per_section: int = 1000) -> str:
    """Return a README with so many entries; every headline, title and address is its own."""
    seed = parse(SEED.read_text(encoding="utf-8"))
    models = itertools.cycle(seed.entries)
    lines = [seed.preamble[0].source, ""]
    for number in range(entries):
        if number % per_section == 0:
            lines += ["", "", f"# 第{number // per_section + 1}组", ""]
        model = next(models)
        source = re.sub(r"\d+", str(number % per_section + 1), model.source, count=1)
        source = source.replace(model.headline, f"{model.headline} {number}", 1)
        source = source.replace(model.title, f"{model.title} {number}", 1)
        source = source.replace(model.url, f"https://mp.weixin.qq.com/s/{number:022}", 1)
        arxiv_id = f"{1000 + number // 100000}.{number % 100000:05}"
        source = re.sub(r"arxiv\.org/(pdf|abs)/\d+\.\d+", rf"arxiv.org/\1/{arxiv_id}", source)
        lines += [source, ""]
    return "\n".join(lines)
