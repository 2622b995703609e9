"""The rules about circles see every kind of import."""

from pathlib import Path

import pytest

from tests.import_graph import children_graphs, circles, file_graph, imports_of


def tree(folder: Path, **files: str) -> Path:
    """Files by dotted name, with their source; every folder gets an empty ``__init__``."""
    for name, source in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        for parent in path.relative_to(folder).parents:
            (folder / parent / "__init__.py").touch()
    return folder


@pytest.mark.parametrize(
    "back",
    [
        "import room.a",
        "from room import a",
        "from room.a import thing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room.a import thing",
        "def late():\n    from room.a import thing",
    ],
)
def test_a_circle_of_files_is_found_however_it_is_closed(tmp_path, back):
    root = tree(tmp_path, room__a="from room.b import other", room__b=back, room__c="from room.a import thing")
    assert circles(file_graph(root, ["room"])) == [["room.a", "room.b"]]


def test_a_circle_of_folders_is_found_without_a_circle_of_files(tmp_path):
    root = tree(
        tmp_path,
        room__left__a="from room.right.b import x",
        room__right__b="",
        room__right__c="from room.left.d import y",
        room__left__d="",
    )
    graph = file_graph(root, ["room"])
    assert circles(graph) == []
    assert {name: circles(each) for name, each in children_graphs(graph).items()} == {
        "room": [["room.left", "room.right"]]
    }


def test_a_folder_may_use_a_leaf_beside_it_that_does_not_use_it(tmp_path):
    root = tree(
        tmp_path,
        room__words="",
        room__inner__a="from room.words import x",
        room__shell="from room.inner.a import y\nfrom room.words import x",
    )
    assert all(circles(each) == [] for each in children_graphs(file_graph(root, ["room"])).values())


def test_a_relative_import_is_refused():
    with pytest.raises(ValueError, match="line 2"):
        list(imports_of("import os\nfrom . import thing"))
