"""Public domains that a line could be about, and lines of a part of one: its other intents are their neighbours."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scripts.intent_data import Labelled, banking, bitext, clinc, grouped

CLINC_DOMAINS = {
    domain: tuple(intents.split())
    for domain, intents in {
        "banking": "transfer transactions balance freeze_account pay_bill bill_balance bill_due interest_rate routing "
        "min_payment order_checks pin_change report_fraud account_blocked spending_history",
        "credit": "credit_score report_lost_card credit_limit rewards_balance new_card application_status "
        "card_declined international_fees apr redeem_rewards credit_limit_change damaged_card "
        "replacement_card_duration improve_credit_score expiration_date",
        "kitchen": "recipe restaurant_reviews calories nutrition_info restaurant_suggestion ingredients_list "
        "ingredient_substitution cook_time food_last meal_suggestion restaurant_reservation confirm_reservation "
        "how_busy cancel_reservation accept_reservations",
        "home": "shopping_list shopping_list_update next_song play_music update_playlist todo_list todo_list_update "
        "calendar calendar_update what_song order order_status reminder reminder_update smart_home",
        "auto": "traffic directions gas gas_type distance current_location mpg oil_change_when oil_change_how "
        "jump_start uber schedule_maintenance last_maintenance tire_pressure tire_change",
        "travel": "book_flight book_hotel car_rental travel_suggestion travel_alert travel_notification carry_on "
        "timezone vaccines translate flight_status international_visa lost_luggage plug_type exchange_rate",
        "utility": "time alarm share_location find_phone weather text spelling make_call timer date calculator "
        "measurement_conversion flip_coin roll_dice definition",
        "work": "direct_deposit pto_request taxes payday w2 pto_balance pto_request_status next_holiday insurance "
        "insurance_change schedule_meeting pto_used meeting_schedule rollover_401k income",
        "talk": "greeting goodbye tell_joke where_are_you_from how_old_are_you what_is_your_name who_made_you "
        "thank_you what_can_i_ask_you what_are_your_hobbies do_you_have_pets are_you_a_bot meaning_of_life "
        "who_do_you_work_for fun_fact",
        "meta": "change_ai_name change_user_name cancel user_name reset_settings whisper_mode repeat no yes maybe "
        "change_language change_accent change_volume change_speed sync_device",
    }.items()
}
"""The ten domains of CLINC150 and their intents, as published."""
_SOCIAL = frozenset(
    {"contentonly", "confirmation", "rejection", "openinggreeting", "closinggreeting", "thankyou", "outofdomain"}
)
"""Labels of MultiDoGO that ask for nothing of their own."""
DEVELOPED = (
    *("clinc_home", "clinc_kitchen", "clinc_utility", "clinc_talk", "clinc_meta", "clinc_credit"),
    *("bitext", "multidogo_airline", "multidogo_fastfood"),
)
"""Domains by which thresholds were chosen."""
JUDGED = (
    *("banking77", "schema_guided", "multidogo_finance"),
    *("clinc_banking", "clinc_auto", "clinc_travel", "clinc_work"),
)
"""Domains that only judge; the embedding has learnt the intents of CLINC150, and nothing of the first three."""
_FEWEST, _MOST = 30, 150
"""Sentences an intent needs, and of which no more are used."""
_OWN = 40
"""Sentences an intent is judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLine:
    """A line that knows some intents of a domain."""

    examples: dict[str, list[str]]
    """What it is fitted to, by intent."""
    own: list[str]
    """Other sentences of its intents."""
    neighbours: list[str]
    """Sentences of the domain's other intents."""


def domain_lines(intents: dict[str, list[str]], count: int, *, shots: int = 10, most: int = 30) -> Iterator[DomainLine]:
    """Lines that know one half of a domain, drawn anew each time but always the same.

    Args:
        intents: Sentences by intent.
        count: How many lines.
        shots: Examples an intent.
        most: Intents of a line at most.
    """
    for draw in range(count):
        rng = np.random.default_rng(draw)
        order = [str(name) for name in rng.permutation(sorted(intents))]
        known = min(most, max(2, len(order) // 2))
        mixed = {name: [str(s) for s in rng.permutation(intents[name])] for name in order}
        yield DomainLine(
            examples={name: mixed[name][:shots] for name in order[:known]},
            own=[s for name in order[:known] for s in mixed[name][shots : shots + _OWN]],
            neighbours=[s for name in order[known:] for s in mixed[name][:_OWN]],
        )


def schema_guided(data: Path) -> Labelled:
    """Sentences of the Schema-Guided Dialogues (training and dev) that tell one wish, and which of 38."""
    rows = []
    for split in ("train", "dev"):
        for turn in _turns(data / "text" / "dialogue" / f"sgd_turns_{split}.jsonl.gz"):
            wishes = {values[0] for act, _, values in turn["acts"] if act == "INFORM_INTENT"}
            if len(wishes) == 1 and all(act != "AFFIRM" for act, *_ in turn["acts"]):
                rows.append((turn["said"], wishes.pop()))
    return rows


def multidogo(data: Path, domain: str) -> Labelled:
    """Sentences of one of MultiDoGO's domains (airline, fastfood, finance, media) that ask for one thing."""
    rows = []
    for turn in _turns(data / "text" / "dialogue" / "multidogo_turns.jsonl.gz"):
        if turn["domain"] == domain and len(turn["intents"]) == 1 and len(turn["said"].split()) > 2:
            (intent,) = turn["intents"]
            if intent.isalpha() and intent not in _SOCIAL:
                rows.append((turn["said"], intent))
    return rows


def domains(data: Path) -> dict[str, dict[str, list[str]]]:
    """Every public domain that a line could be about: its intents, each with 30 to 150 different sentences."""
    sets = {"banking77": banking(data, "train") + banking(data, "test"), "schema_guided": schema_guided(data)}
    sets["bitext"] = [pair for split in ("train", "dev", "test") for pair in bitext(data, split)]
    sets |= {f"multidogo_{name}": multidogo(data, name) for name in ("airline", "fastfood", "finance", "media")}
    wide = [pair for split in ("train", "val", "test") for pair in clinc(data, split)]
    sets |= {f"clinc_{name}": [p for p in wide if p[1] in intents] for name, intents in CLINC_DOMAINS.items()}
    found = {}
    for name, pairs in sets.items():
        several = {intent: list(dict.fromkeys(rows)) for intent, rows in grouped(pairs).items()}
        found[name] = {i: _some(rows) for i, rows in sorted(several.items()) if len(rows) >= _FEWEST}
    return found


def _some(rows: list[str]) -> list[str]:
    chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST]
    return [rows[int(i)] for i in chosen]


def _turns(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
