import pytest

from models import registry
from models.errors import ModelError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path / "weights")
    (tmp_path / "weights").mkdir()
    yield tmp_path / "weights"
    registry._entries.cache_clear()


def trained(folder, name="mood", content=b"weights"):
    (folder / f"{name}.onnx").write_bytes(content)
    fields = {"version": "1", "licence": "Apache-2.0", "source": "trained here", "takes": "audio", "gives": "a label"}
    registry.write_entry(folder, name, files=[f"{name}.onnx"], **fields)


@pytest.mark.parametrize("name", [model.name for model in registry.all_models()])
def test_every_registered_model_is_whole_and_has_a_card(name):
    entry = registry.entry(name)
    verified = registry.verify(name)
    assert verified.ok or (entry.optional and verified.code == "model_missing"), verified.problem
    assert registry.card(name).startswith("# ")
    assert entry.licence and entry.source and entry.takes and entry.gives


def test_the_default_models_are_registered():
    names = {model.name for model in registry.all_models()}
    assert {"whisper-tiny.en", "silero-vad", "smart-turn-v3.2", "hibari-tts", "sentence-embedding"} <= names


def test_a_model_of_several_files_is_located_as_their_folder():
    assert (registry.locate("whisper-tiny.en") / "model.bin").is_file()


def test_a_trained_model_is_one_entry(folder):
    trained(folder)
    assert registry.locate("mood") == folder / "mood.onnx"
    assert registry.entry("mood").size == 7
    assert registry.fields_of(registry.entry("mood"))["licence"] == "Apache-2.0"


def test_a_changed_file_refuses_to_load_and_says_what_to_do(folder):
    trained(folder)
    registry.locate("mood")
    (folder / "mood.onnx").write_bytes(b"tampered")
    with pytest.raises(ModelError, match="restore") as refused:
        registry.locate("mood")
    assert refused.value.code == "model_hash_mismatch"
    assert registry.verify("mood").code == "model_hash_mismatch"


def test_a_missing_file_says_what_to_do(folder):
    trained(folder)
    (folder / "mood.onnx").unlink()
    with pytest.raises(ModelError, match="restore") as refused:
        registry.locate("mood")
    assert refused.value.code == "model_missing"


def test_a_missing_package_names_what_to_install(folder):
    trained(folder)
    with (folder / "mood.toml").open("r+") as file:
        rest = file.read()
        file.seek(0)
        file.write('package = "no_such_package"\ndistribution = "no-such-package"\n' + rest)
    assert "pip install no-such-package" in registry.verify("mood").problem


def test_unknown_names_and_broken_entries_are_coded(folder):
    trained(folder)
    with pytest.raises(ModelError, match="mood") as unknown:
        registry.entry("nobody")
    assert unknown.value.code == "model_unknown"
    (folder / "bad.toml").write_text("version = 1")
    registry._entries.cache_clear()
    with pytest.raises(ModelError) as broken:
        registry.all_models()
    assert broken.value.code == "model_entry_invalid"


def test_a_model_without_a_card_says_where_to_write_one(folder):
    trained(folder)
    with pytest.raises(ModelError, match=r"mood\.md"):
        registry.card("mood")
