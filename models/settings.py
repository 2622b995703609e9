"""Settings of the transcriber."""

from typing import Any, Literal

from pydantic import Field

from models.room_settings import RoomSettings


class SpeechToTextSettings(RoomSettings):
    """The transcriber."""

    engine: str = "whisper"
    """`whisper`, or the import path of a pipecat service, such as `pipecat.services.openai.stt.OpenAISTTService`."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """What that service is made with, as JSON; keys of hosted ones belong here."""
    at_once: int = Field(8, ge=1)
    """Most utterances with that service at the same time; one that takes a stream is opened so often at most."""
    model: str = "whisper-tiny.en"
    """Name in the registry, or folder of a CTranslate2 Whisper."""
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    """Where it runs; auto takes a GPU if it can."""
    device_index: int = Field(0, ge=0)
    """Which GPU."""
    compute_type: str = "auto"
    """CTranslate2 type; auto is int8 on the CPU, float16 on a GPU."""
    inter_threads: int = Field(2, ge=1)
    """Batches worked on at the same time."""
    intra_threads: int = Field(1, ge=0)
    """CPU threads a batch; 0 leaves it to the library."""
    language: str = "en"
    """ISO 639-1 code, or auto to detect it with multilingual weights."""
    beam_size: int = Field(1, ge=1)
    """Beams of the first attempt; 1 is greedy."""
    fallback_beam_size: int = Field(5, ge=1)
    """Beams of the attempts after one that went wrong."""
    padding_s: float = Field(1.0, ge=0.0)
    """Silence encoded after the utterance, seconds."""
    min_context_s: float = Field(2.0, gt=0.0, le=30.0)
    """Least audio and silence encoded, seconds."""
    batch_size: int = Field(0, ge=0)
    """Most utterances in a batch; 0 is 8 on a GPU, 1 on a CPU: all wait for the last."""
    batch_window_ms: float = Field(4.0, ge=0.0)
    """Wait for more utterances while busy, ms."""
    queue_bound: int = Field(64, ge=1)
    """Most utterances waiting before new ones are refused."""
    deadline_s: float = Field(10.0, gt=0.0)
    """Longest wait for a transcript, queue included, seconds."""
    max_audio_s: float = Field(120.0, gt=0.0)
    """Longest audio taken, seconds."""
