"""What can happen in an interaction, as typed facts: the bodies of the event log, a file for each subject.

Each lies in an envelope, `interactions.event.CallEvent` (which interaction, which place in the order, when). They are
the closed vocabulary of the system: records, live pages, coaching, metrics and tests read nothing else. In a log the
bodies come in this order: one ``call_started``; then any number of turns (``speech_started``, ``speech_ended``,
``utterance``, ``intent``, ``emotion``, ``reply_planned``, ``reply_started``, ``reply_played``), woven with the others;
``stream_ended`` for each media stream, before what becomes of the call then; one ``call_ended`` last.
Times in bodies are call-clock milliseconds: caller audio received so far at 8 kHz.

Attributes whose name begins with ``pii_`` carry personal data; exporters and redaction go by that prefix.
"""

from interactions.events import acting, lifecycle, listening, speaking, understanding

__all__ = ["acting", "lifecycle", "listening", "speaking", "understanding"]
