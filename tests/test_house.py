"""The house rules that a machine can check: who may import whom, and what committed text never holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.import_graph import children_graphs, circles, file_graph, imports_of

ROOT = Path(__file__).resolve().parents[1]
GROUND = frozenset({"models", "interactions", "languages"})
MAY_IMPORT = {
    "models": frozenset[str](),
    "simulator": frozenset({"models"}),
    "interactions": frozenset({"models"}),
    "languages": frozenset({"models", "interactions"}),
    "records": GROUND,
    "dialogue": GROUND,
    "voice": GROUND | {"dialogue"},
    "telephony": GROUND | {"records", "dialogue", "voice"},
    "console": GROUND | {"records", "dialogue", "voice", "telephony"},
    "service": GROUND | {"records", "dialogue", "voice", "telephony", "console", "simulator"},
}
"""Whom a room may import besides itself; ground floor first."""
FLOORS = tuple(MAY_IMPORT)
BESIDE = ("scripts", "tests")
"""Programs and tests may import every room; no room may import them."""


def _files_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _modules(path: Path) -> list[tuple[str, int]]:
    """All modules that a file imports, with their lines."""
    return [(module, line) for module, _, line in imports_of(path.read_text(encoding="utf-8"))]


def _imports(path: Path) -> list[tuple[str, int]]:
    """First names of all imports of a file, with their lines."""
    return [(module.split(".")[0], line) for module, line in _modules(path)]


@pytest.mark.parametrize("room", FLOORS)
def test_no_import_goes_up_a_floor(room):
    above = {*FLOORS, *BESIDE} - MAY_IMPORT[room] - {room}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in _files_of(room)
        for name, line in _imports(path)
        if name in above
    ]
    assert not wrong, "\n".join(wrong)


ONLY_IN = {
    "sqlalchemy": ("records", "service/sandbox"),
    "alembic": ("records",),
    "twilio": ("telephony/twilio", "simulator"),
    "fastapi": ("telephony", "console", "service", "simulator"),
    "starlette": ("telephony", "console", "service"),
    "uvicorn": ("service", "simulator"),
    "websockets": ("simulator",),
    "pipecat.transports": (),
    "pipecat.serializers": (),
}
"""Which rooms may use a library at all; the sandbox is a sample shop with a database of its own."""


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_the_rooms_that_are_about_it(library):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for room in FLOORS
        for path in _files_of(room)
        for module, line in _modules(path)
        if f"{module}.".startswith(f"{library}.")
        and not path.relative_to(ROOT).as_posix().startswith(tuple(f"{place}/" for place in ONLY_IN[library]))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_simulator_knows_nothing_of_the_product_but_its_base_error():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in _files_of("simulator")
        for module, line in _modules(path)
        if module.split(".")[0] in {*FLOORS, *BESIDE} - {"simulator"} and module != "models.errors"
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_composition_knows_which_carrier_there_is():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for room in FLOORS
        for path in _files_of(room)
        for module, line in _modules(path)
        if module.startswith("telephony.twilio")
        and not path.relative_to(ROOT).as_posix().startswith(("telephony/twilio/", "service/"))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_files_import_each_other_in_a_circle():
    assert circles(file_graph(ROOT, (*FLOORS, "scripts"))) == []


def test_no_folders_import_each_other_in_a_circle():
    """Seen from any folder, what lies in it (files and folders, each as one) has an order."""
    graphs = children_graphs(file_graph(ROOT, (*FLOORS, "scripts")))
    assert {folder: found for folder, graph in graphs.items() if (found := circles(graph))} == {}


@pytest.mark.parametrize("room", [*FLOORS, *BESIDE])
def test_no_room_is_empty(room):
    assert any(path.name != "__init__.py" for path in _files_of(room))


@pytest.mark.parametrize("room", [*FLOORS, "scripts"])
def test_every_file_tells_its_reason_to_exist(room):
    silent = [
        str(path.relative_to(ROOT))
        for path in _files_of(room)
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("This is not a git checkout.")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_locks_are_whole_and_name_no_index_host():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "--index" not in text and "--find-links" not in text
        for block in re.split(r"\n(?=\S)", text):
            if not block.startswith("#"):
                assert "--hash=sha256:" in block, f"{name}: {block.splitlines()[0]} has no hash"


def test_the_lock_has_every_dependency_of_the_project():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M))
    wanted = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("_", "-") for each in project["dependencies"]}
    assert wanted <= locked, wanted - locked


def test_every_dependency_has_its_line_in_the_documentation():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    extras = [each for group in project["optional-dependencies"].values() for each in group]
    names = {re.split(r"[\[<>=~! ]", each)[0].lower() for each in [*project["dependencies"], *extras]}
    missing = sorted(name for name in names if f"`{name}`" not in told)
    assert not missing, f"docs/dependencies.md does not tell what these are for: {missing}"


def _named_files(text: str) -> list[str]:
    """Files of the rooms that a text names, in order."""
    rooms = "|".join((*FLOORS, *BESIDE))
    return re.findall(rf"`((?:{rooms})/[\w/.-]+\.[a-z]+)`", text)


def test_documentation_names_only_files_that_exist():
    pages = [path for path in _tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
    missing = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        for name in _named_files(page.read_text(encoding="utf-8"))
        if not (ROOT / name).is_file()
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("way", ["A frame", "A reply", "A transfer"])
def test_a_strangers_walk_names_each_file_once(way):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\d+\. (.*)$", text.split(f"**{way}**")[1].split("\n\n")[1], re.MULTILINE)
    files = [_named_files(step)[0] for step in steps]
    assert len(files) >= 8 and len(files) == len(set(files))


def test_committed_text_has_no_absolute_path_of_a_machine():
    home = re.compile(r"/(?:home|Users|root|work)/\w+/")
    wrong = []
    for path in _tracked():
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".yml", ".js", ".html", ".css", ".json"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if home.search(line):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert not wrong, wrong


LARGEST_FILE_MB = 18
"""The lower half of the sentence embedding has 17; nothing else comes near."""


def test_no_committed_file_is_large():
    sizes = {path.relative_to(ROOT): path.stat().st_size >> 20 for path in _tracked()}
    assert not {path: size for path, size in sizes.items() if size >= LARGEST_FILE_MB}


def test_looking_at_settings_loads_no_inference_library():
    code = (
        "import sys, service.cli; sys.exit(bool({'onnxruntime', 'ctranslate2', 'pipecat', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
