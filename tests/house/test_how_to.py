"""What a recipe tells people to type works as written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUN = ("decide-a-large-round",)  # the others tell what to write, not what to type


@pytest.mark.parametrize("recipe", RUN)
def test_code_blocks_of_the_recipe_run(recipe, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = (ROOT / "docs" / "how-to" / f"{recipe}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(sh|python)\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) >= 3
    path = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for language, block in blocks:
        words = ["sh", "-e", "-c", block] if language == "sh" else [sys.executable, "-c", block]
        done = subprocess.run(words, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
