"""Languages are known by their folders, and nobody but the loader knows one by name."""

import ast
from pathlib import Path

import pytest

from languages import DEFAULT, Language, available, load
from languages.sentences import Manner
from models.errors import FirstlineError

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent.name for path in (ROOT / "languages").glob("*/__init__.py"))
ROOMS = (
    "models",
    "interactions",
    "records",
    "dialogue",
    "voice",
    "telephony",
    "console",
    "service",
    "simulator",
    "scripts",
)


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_a_language_by_name(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / room).rglob("*.py")
        for name in _imported(path)
        if any(f"{name}.".startswith(f"languages.{folder}.") for folder in FOLDERS)
    ]
    assert not wrong


def test_what_languages_share_knows_none_of_them() -> None:
    for path in (ROOT / "languages").glob("*.py"):
        for name in _imported(path):
            assert not any(f"{name}.".startswith(f"languages.{folder}.") for folder in FOLDERS), f"{path.name}: {name}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_language_knows_no_other(folder: str) -> None:
    others = [other for other in FOLDERS if other != folder]
    for path in (ROOT / "languages" / folder).rglob("*.py"):
        for name in _imported(path):
            assert not any(f"{name}.".startswith(f"languages.{other}.") for other in others), f"{path}: {name}"


def test_every_folder_is_a_language() -> None:
    languages = [load(code) for code in available()]
    assert all(isinstance(language, Language) for language in languages)
    assert [language.code for language in languages] == list(available())
    assert len(languages) == len(FOLDERS)


def test_a_language_is_loaded_once_and_however_its_code_is_written() -> None:
    assert load(DEFAULT) is load(DEFAULT)
    assert load(DEFAULT.upper()) is load(DEFAULT)


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(FirstlineError) as caught:
        load("xx")
    assert caught.value.code == "language_unknown"
    assert all(code in caught.value.message for code in available())


@pytest.mark.parametrize("code", available())
def test_every_sentence_of_every_manner_is_there_with_the_same_values(code: str) -> None:
    english, own = load(DEFAULT).sentences, load(code).sentences
    assert own.warm.keys() == english.warm.keys()
    for variants in (own.plain, own.formal, own.written):
        assert variants.keys() <= own.warm.keys()
    for key, texts in english.warm.items():
        for mine in (own.warm, own.plain, own.formal, own.written):
            for text in mine.get(key, ()):
                assert _values(text) == _values(texts[0]), f"{code}: {key}: {text}"
                assert text[0].isupper() or text[0] == "{", f"{code}: {key}: {text}"


def _values(text: str) -> set[str]:
    return {part.split("}")[0] for part in text.split("{")[1:]}


@pytest.mark.parametrize("code", available())
def test_what_is_read_does_not_speak_of_hearing(code: str) -> None:
    sentences = load(code).sentences
    assert sentences.written.keys() >= {"not_heard", "still_there_again", "silence_goodbye", "goodbye"}
    for key in sentences.written:
        said = sentences.say(key, Manner.WARM, {}, written=False)
        assert sentences.say(key, Manner.WARM, {}, written=True) != said


def test_a_lines_own_words_come_first_on_every_channel() -> None:
    sentences = load(DEFAULT).sentences
    for written in (False, True):
        assert sentences.say("goodbye", Manner.WARM, {"goodbye": "So long."}, written=written) == "So long."
