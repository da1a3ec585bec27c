"""The first start, joined: settings written down, models fetched, the line rung once.

Open to whoever sits at the machine, or has the code that the start has printed, until somebody has
an account.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import logging
import secrets
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.account import loopback
from assistant.app import DEMO
from assistant.config import load_config
from assistant.core.errors import AssistantError, ConfigError, ModelError
from assistant.desk_parts import open_accounts
from assistant.directory.browse import GONE
from assistant.directory.template import write_template
from assistant.drill.run import carrier_of
from assistant.drill.trial import Trial, try_out
from assistant.settings_file import save
from assistant.speech.models import BASE_URL, CATALOG, ModelSettings, install, models_in_use

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.app import House
    from assistant.config import Config
    from assistant.directory.counter import Counter
    from assistant.settings_file import Place, Setting
    from assistant.staff.accounts import Account

log = logging.getLogger(__name__)

CODE_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"Letters and digits that nobody takes for one another."
CODE_LENGTH: Final = 8
"32⁸ codes; tries are slowed as those of passwords are."


@dataclass(slots=True)
class Fetching:
    """A model on its way."""

    what: str = ""
    done: int = 0
    total: int = 0
    "Bytes; 0 while nobody knows."
    problem: str = ""
    over: bool = False

    def percent(self) -> int | None:
        """How far it is, 0 to 100; `None` while nobody knows."""
        return 100 * self.done // self.total if self.total else None


class FirstStart:
    """What the pages of the first start do. Called from web threads, several at a time."""

    def __init__(self, house: House, settings: Path) -> None:
        self._house, self._settings = house, settings
        self._accounts = open_accounts(house)
        self._models = self._chosen()
        with (DEMO / "services.csv").open(encoding="utf-8", newline="") as file:
            self._demo_rows = list(csv.DictReader(file))
        self._demo = frozenset(row["id"] for row in self._demo_rows)
        self._fetching: dict[str, Fetching] = {}
        self._guard = threading.Lock()
        self._ringing = threading.Lock()
        self._trial: Trial | None = None
        self.code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))

    # -- who may -----------------------------------------------------------------------------

    def open(self) -> bool:
        """Whether nobody has an account yet."""
        return not self._accounts.listing()

    def pass_of(self, key: str) -> str:
        """What a browser holds that has given the code; `key` signs it, a new start voids it."""
        return hmac.new(key.encode(), self.code.encode(), hashlib.sha256).hexdigest()

    def first_admin(self, name: str, password: str, now: datetime) -> Account | None:
        """The first account; `None` where somebody was faster. Raises `StaffError`."""
        with self._guard:
            return self._accounts.add(name, "admin", now, password) if self.open() else None

    # -- settings ----------------------------------------------------------------------------

    def settings(self) -> Config:
        """As they stand in the file now. Raises `ConfigError`."""
        return load_config(self._settings)

    def save(self, changes: Mapping[Place, Setting], kept: Mapping[Place, str]) -> None:
        """Write settings, and secrets beside them. Raises `ConfigError`."""
        with self._guard:
            save(self._settings, changes, kept)

    def needs_restart(self) -> bool:
        """Whether something written here is not yet what the service runs with."""
        try:
            written = self.settings()
        except ConfigError:
            return True
        running = self._house.config
        where = {"host": running.server.host, "port": running.server.port}
        server = written.server.model_copy(update=where)
        return written.model_copy(update={"server": server}) != running or (
            self._chosen() != self._models
        )

    # -- models ------------------------------------------------------------------------------

    def _chosen(self) -> dict[str, Path]:
        try:
            return models_in_use(self._house.data)
        except ModelError:
            return {}

    def fetching(self) -> dict[str, Fetching]:
        """Models on their way, or what became of them, by language."""
        with self._guard:
            return dict(self._fetching)

    def can_fetch(self, language: str) -> bool:
        """Whether there is a model of that language to be had."""
        return language in CATALOG

    def fetch(self, language: str, source: Path | None) -> bool:
        """Begin to fetch a model, or to take in `source`; whether none of it was on its way."""
        with self._guard:
            before = self._fetching.get(language)
            if before is not None and not before.over:
                return False
            state = self._fetching[language] = Fetching()
        work = (language, source, state)
        threading.Thread(target=self._fetch, args=work, name="first-start", daemon=True).start()
        return True

    def _fetch(self, language: str, source: Path | None, state: Fetching) -> None:
        def progress(what: str, done: int, total: int) -> None:
            state.what, state.done, state.total = what, done, total

        origin = ModelSettings(base_url=self._house.config.speech.models_url or BASE_URL)
        try:
            install(language, self._house.data, source, progress, origin)
        except AssistantError as error:
            state.problem = str(error)
            log.warning("a model could not be installed: %s", error)
        finally:
            state.over = True

    # -- directory ---------------------------------------------------------------------------

    def services(self) -> tuple[int, int]:
        """How many services residents are told of: the office's own, and the demo's."""
        told = [one.id for one in self._house.store.current().services if one.status not in GONE]
        demo = sum(identity in self._demo for identity in told)
        return len(told) - demo, demo

    def put_demo_away(self, directory: Counter, now: datetime) -> None:
        """Tell residents nothing more of the demo's services; can be taken back as an import is."""
        with tempfile.TemporaryDirectory(prefix="demo-") as folder:
            path = Path(folder) / "services.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, list(self._demo_rows[0]))
                table.writeheader()
                table.writerows({**row, "status": "inactive"} for row in self._demo_rows)
            directory.take([path], now, preview=False)

    def template(self, language: str) -> bytes:
        """The office's own table, empty, as a workbook."""
        with tempfile.TemporaryDirectory(prefix="template-") as folder:
            path = Path(folder) / f"services-{language}.xlsx"
            write_template(path, language)
            return path.read_bytes()

    # -- trying it ---------------------------------------------------------------------------

    def trial(self) -> Trial | None:
        """What came of the last ring; `None` before the first and while one is on."""
        with self._guard:
            return self._trial

    def ringing(self) -> bool:
        """Whether the line is being rung at this moment."""
        return self._ringing.locked()

    def ring(self, language: str) -> bool:
        """Begin to ring the line once; whether no other such call was on."""
        if not self._ringing.acquire(blocking=False):
            return False
        with self._guard:
            self._trial = None
        threading.Thread(
            target=self._ring, args=(language,), name="first-ring", daemon=True
        ).start()
        return True

    def _ring(self, language: str) -> None:
        trial = Trial(language, "not_rung")
        try:
            carrier = carrier_of(self._house, loopback(self._house.config))
            trial = try_out(self._house, carrier, language)
        except AssistantError as error:
            trial = Trial(language, "not_rung", why=str(error))
        finally:
            with self._guard:
                self._trial = trial
            self._ringing.release()
