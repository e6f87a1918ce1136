"""What a recipe tells people to type works as written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUN = ("decide-a-large-round", "run-another-programme")  # the others tell what to write, not what to type
AT_LENGTH = ("dure run", "dure init")  # make a database


@pytest.mark.parametrize("recipe", RUN)
def test_code_blocks_of_the_recipe_run(recipe, tmp_path):
    assert len(type_blocks(recipe, tmp_path, lambda block: not any(words in block for words in AT_LENGTH))) >= 3


@pytest.mark.long
def test_a_strangers_programme_is_made_played_and_served(tmp_path):
    said = type_blocks("run-another-programme", tmp_path, lambda _: True)
    played = next(printed for block, printed in said.items() if "dure run" in block)
    assert "\n1 stage, " in played
    assert (tmp_path / "office" / "programme" / "script.yaml").is_file()


def type_blocks(recipe, tmp_path, wanted):
    """Run the blocks of that page that are wanted, one after the other; what each printed."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = (ROOT / "docs" / "how-to" / f"{recipe}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(sh|python)\n(.*?)```", text, flags=re.DOTALL)
    ours = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DURE_HOME"}
    }
    path = {**ours, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    said = {}
    for language, block in blocks:
        if not wanted(block):
            continue
        words = ["sh", "-e", "-c", block] if language == "sh" else [sys.executable, "-c", block]
        done = subprocess.run(words, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        said[block] = done.stdout
    return said
