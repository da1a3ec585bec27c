"""Prompts: read, heard as a caller hears them, recorded by somebody of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, abort, make_response, request

from assistant.core.errors import AssistantError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.desk.tables import Spoken

PAGE: Final = 40
TAKE_MOST: Final = 12_000_000
"Bytes: a minute of 48 kHz stereo; the longest prompt takes half of that."
MAY_RECORD: Final = "microphone=(self), camera=(), geolocation=()"
"The page of one prompt may use the microphone; no other page may."


class Prompts:
    """The list, one prompt, its sound, its recording."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._languages = shell.parts.tables.languages
        self._studio = shell.parts.tables.studio

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/prompts", self.prompts, "tables.see"),
            Route("/prompts/one", self.prompt, "tables.see"),
            Route("/prompts/sound", self.sound, "tables.see"),
            Route("/prompts/record", self.record_prompt, "tables.manage", "POST", TAKE_MOST),
            Route("/prompts/give-up", self.give_up_recording, "tables.manage", "POST"),
        )

    def prompts(self) -> ResponseReturnValue:
        """Every prompt of a language; `?q=` finds some of them."""
        language, words = self._language(), request.args.get("q", "")[:200]
        begin = request.args.get("from", 0, int)
        found = [
            one
            for one in self._studio.listing(language)
            if words.casefold() in f"{one.key}\n{one.text}".casefold()
        ]
        begin = max(0, min(begin, len(found)))
        return self._shell.page(
            "prompts",
            "prompts",
            shown=found[begin : begin + PAGE],
            count=len(found),
            recorded=sum(1 for one in found if one.recorded),
            spoken=language,
            languages=self._languages,
            words=words,
            more=begin + PAGE if len(found) > begin + PAGE else None,
        )

    def _language(self) -> str:
        """The language asked for; else the visitor's own, where the line speaks it."""
        for wanted in (request.values.get("language", ""), here().view.language):
            if wanted in self._languages:
                return wanted
        return self._languages[0]

    def _find(self) -> tuple[Spoken, str]:
        language = self._language()
        found = self._studio.prompt(request.values.get("key", ""), language)
        return (found, language) if found is not None else abort(404)

    def prompt(self) -> ResponseReturnValue:
        """One prompt."""
        return self._one()

    def _one(self, status: int = 200, **values: object) -> ResponseReturnValue:
        found, language = self._find()
        shown = self._shell.page("prompt", "prompts", status, item=found, spoken=language, **values)
        answer = make_response(shown)
        answer.headers["Permissions-Policy"] = MAY_RECORD
        return answer

    def sound(self) -> ResponseReturnValue:
        """A WAV file of it, through the line's own coding."""
        found, language = self._find()
        try:
            content = self._studio.sound(found.key, language)
        except (AssistantError, TimeoutError):
            abort(409, "prompts.mute")
        return Response(content, mimetype="audio/wav")

    def record_prompt(self) -> ResponseReturnValue:
        """Keep a recording that is good enough; it is heard from the next call on."""
        found, language = self._find()
        take = request.files.get("take")
        content = take.read() if take is not None else b""
        if not found.fixed or not content:
            key = "prompts.no_take" if found.fixed else "prompts.holds_facts"
            return self._one(422, error=self._shell.say(key))
        self._shell.note("prompt.record", f"{language} {found.key}")
        wrong = self._studio.take(found.key, language, content)
        if wrong:
            said = self._shell.say("prompts.not_kept")
            return self._one(422, error=said, wrong=wrong)
        return after("/desk/prompts/one", "recorded", key=found.key, language=language)

    def give_up_recording(self) -> ResponseReturnValue:
        """Let the voice say it again."""
        found, language = self._find()
        self._shell.note("prompt.give_up", f"{language} {field('key')}")
        try:
            gone = self._studio.give_up(found.key, language)
        except AssistantError:
            return self._one(409, error=self._shell.say("prompts.disk"))
        if not gone:
            return self._one(409, error=self._shell.say("late.recording"))
        return after("/desk/prompts/one", "given_up", key=found.key, language=language)
