"""The fast features are librosa's, and the simulated line does what a telephone does."""

import librosa
import numpy as np
import pytest
import soxr

from models.emotion.features import band_centres_hz, log_mel, mel_filters, mel_power, power_to_db
from models.emotion.metrics import area_under_curve, balanced_recall, calibration_error, interval
from models.emotion.telephone import LineRange, MelLine
from models.interfaces import Audio


def speech_like(seconds: float, rate: int = 8000) -> Audio:
    """Harmonics of a gliding voice in syllables, with a little noise, below 3 kHz."""
    time = np.arange(int(seconds * rate)) / rate
    pitch = 140.0 + 40.0 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = sum(np.sin(k * phase) / k for k in range(1, 17))
    sound = voice * (0.55 + 0.45 * np.sin(2 * np.pi * 4.0 * time)) * 0.1
    return (sound + 1e-3 * np.random.default_rng(0).standard_normal(time.size)).astype(np.float32)


def test_filters_are_the_lowest_hundred_of_librosas_at_16_khz() -> None:
    wanted = librosa.filters.mel(sr=16000, n_fft=1024, n_mels=128, htk=False, norm="slaney")[:100, :257]
    np.testing.assert_allclose(mel_filters().T, wanted, atol=1e-7)


@pytest.mark.parametrize("samples", [512, 700, 8000, 20001])
def test_equal_to_librosa_on_the_same_samples(samples: int) -> None:
    sound = speech_like(3.0)[:samples]
    spectrum = np.abs(librosa.stft(sound, n_fft=512, hop_length=128, center=True)) ** 2
    filters = librosa.filters.mel(sr=16000, n_fft=1024, n_mels=128)[:100, :257]
    power = filters @ spectrum * 4.0
    np.testing.assert_allclose(mel_power(sound).T, power, rtol=1e-3, atol=1e-6 * power.max())
    wanted = librosa.power_to_db(power, ref=np.max, top_db=80.0)
    np.testing.assert_allclose(log_mel(sound).T, wanted, atol=0.02)


def test_equal_to_librosas_melspectrogram_of_16_khz_audio() -> None:
    sound = speech_like(3.0)
    wide = soxr.resample(sound, 8000, 16000)
    mel = librosa.feature.melspectrogram(y=wide, sr=16000, n_fft=1024, hop_length=256, n_mels=128)[:100]
    wanted = librosa.power_to_db(mel, ref=np.max, top_db=80.0).T
    got = log_mel(sound)
    assert got.shape == wanted.shape
    # Resampling itself fades the very edge of the band, and smears the first and last frame.
    carried = band_centres_hz() < 3600.0
    np.testing.assert_allclose(got[4:-4, carried], wanted[4:-4, carried], atol=0.5)


@pytest.mark.parametrize("gain_db", [-20.0, 20.0])
def test_volume_makes_no_difference(gain_db: float) -> None:
    sound = speech_like(2.0)
    louder = (sound * 10.0 ** (gain_db / 20.0)).astype(np.float32)
    np.testing.assert_allclose(log_mel(louder), log_mel(sound), atol=0.01)


def test_every_clip_of_a_batch_has_its_own_loudest_cell() -> None:
    power = np.stack([mel_power(speech_like(1.0)), 100.0 * mel_power(speech_like(1.0))])
    both = power_to_db(power)
    assert both.max(axis=(1, 2)).tolist() == [0.0, 0.0]
    np.testing.assert_allclose(both[0], both[1], atol=0.01)


def test_a_line_takes_away_what_a_telephone_does_not_carry() -> None:
    power = mel_power(speech_like(2.0))[None]
    lines = LineRange(highpass_hz=(300.0, 300.0), lowpass_hz=(3400.0, 3400.0), tilt_db=(0.0, 0.0), noisy=0.0)
    sent, before = MelLine([], lines, seed=1).send(power)[0], power_to_db(power)[0]
    centres = band_centres_hz()
    change = sent - before
    loud = before[:, (centres > 500) & (centres < 2500)] > -25.0
    within = change[:, (centres > 500) & (centres < 2500)][loud]
    assert within.std() < 2.0, "speech in the band keeps its shape"
    pitch = (centres > 100) & (centres < 180)
    at_the_pitch = change[:, pitch][before[:, pitch] > -15.0]
    assert at_the_pitch.mean() < within.mean() - 15.0, "the fundamental of a voice is mostly lost"


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0])
def test_a_line_adds_noise_at_the_ratio_it_was_told(snr_db: float) -> None:
    lines = LineRange(
        highpass_hz=(20.0, 20.0),
        lowpass_hz=(4100.0, 4100.0),
        tilt_db=(0.0, 0.0),
        snr_db=(snr_db, snr_db),
        noisy=1.0,
        companding_snr_db=(60.0, 60.0),
    )
    frames = 400
    power = np.zeros((1, frames, 100), dtype=np.float32)
    power[0, : frames // 2, 30:60] = 1.0
    sent = 10.0 ** (MelLine([np.ones((500, 100), dtype=np.float32)], lines, seed=2).send(power)[0] / 10.0)
    widths = np.gradient(band_centres_hz())
    carried = ((band_centres_hz() > 250) & (band_centres_hz() < 3400)) * widths
    speech_and_noise, noise = (sent[: frames // 2] @ carried).mean(), (sent[frames // 2 :] @ carried).mean()
    # The speech sounds for half of the time, its level is the mean over all of it.
    measured = 10.0 * np.log10((speech_and_noise - noise) / 2.0 / noise)
    assert measured == pytest.approx(snr_db, abs=1.5)


def test_measures_on_known_tables() -> None:
    scores, positive = np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])
    assert area_under_curve(scores, positive) == pytest.approx(0.75)
    assert area_under_curve(np.ones(4), positive) == pytest.approx(0.5)
    assert np.isnan(area_under_curve(scores, np.ones(4, dtype=bool)))
    truth = np.array([0, 0, 0, 0, 1])
    assert balanced_recall(np.zeros(5, dtype=int), truth) == pytest.approx(0.5)
    assert calibration_error(np.array([0.8] * 5), np.array([1, 1, 1, 1, 0])) == pytest.approx(0.0)
    assert calibration_error(np.array([1.0] * 4), np.array([1, 1, 0, 0])) == pytest.approx(0.5)


def test_interval_draws_whole_speakers() -> None:
    values, groups = np.array([0.0] * 10 + [1.0] * 10), np.repeat([1, 2], 10)
    low, high = interval(lambda rows: float(values[rows].mean()), groups, draws=200)
    assert (low, high) == (0.0, 1.0)
