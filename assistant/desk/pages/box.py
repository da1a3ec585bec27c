"""The box: the machine, what went over the line today, the last fire drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.desk.routes import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

GB: Final = 1024**3
LITTLE: Final = 0.1
"Share of the disk below which somebody should make room."
TROUBLED_SHOWN: Final = 50


class TheBox:
    """Pages about the line itself; nothing of what residents said."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._tables = shell.parts.tables

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/box", self.the_box, "tables.see"),
            Route("/traffic", self.traffic, "tables.see"),
            Route("/drill", self.drill, "tables.see"),
        )

    def the_box(self) -> ResponseReturnValue:
        """Ladder step, models, disk, texts that wait, carrier, last backup."""
        machine = self._tables.machine()
        free, whole = machine.disk_free, machine.disk_whole
        return self._shell.page(
            "the_box",
            "machine",
            machine=machine,
            free=f"{free / GB:.1f}",
            whole=f"{whole / GB:.1f}",
            little=free < LITTLE * whole,
        )

    def traffic(self) -> ResponseReturnValue:
        """Calls and texts of today in figures, and texts that did not arrive."""
        traffic = self._tables.traffic()
        troubled = traffic.troubled[-TROUBLED_SHOWN:]
        return self._shell.page("traffic", "traffic", traffic=traffic, troubled=troubled[::-1])

    def drill(self) -> ResponseReturnValue:
        """What came of the last drill, task by task; what failed stands first."""
        last = self._tables.drill()
        tasks = list(last.details.get("tasks", ())) if last is not None else []
        tasks.sort(key=lambda task: bool(task.get("by")) and not task.get("wrong"))
        return self._shell.page("drill", "drill", last=last, tasks=tasks)
