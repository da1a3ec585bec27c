"""People and programs: accounts with their roles, and tokens of the JSON interface."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import me
from assistant.staff.accounts import StaffError
from assistant.staff.roles import ROLES, as_role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.staff.accounts import Account
    from assistant.staff.roles import Role


class PeoplePages:
    """For admins."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._accounts = shell.parts.people.accounts
        self._tokens = shell.parts.people.tokens

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/people", self.people, "people.manage"),
            Route("/people", self.add_person, "people.manage", "POST"),
            Route("/people/role", self.give_role, "people.manage", "POST"),
            Route("/people/active", self.open_or_close, "people.manage", "POST"),
            Route("/people/link", self.fresh_link, "people.manage", "POST"),
            Route("/people/second-factor", self.new_telephone, "people.manage", "POST"),
            Route("/tokens", self.tokens, "tokens.manage"),
            Route("/tokens", self.make_token, "tokens.manage", "POST"),
            Route("/tokens/revoke", self.revoke_token, "tokens.manage", "POST"),
        )

    # -- people -----------------------------------------------------------------------------

    def people(self) -> ResponseReturnValue:
        """Everybody with an account."""
        return self._people()

    def _people(self, status: int = 200, **values: object) -> ResponseReturnValue:
        everybody = self._accounts.listing()
        return self._shell.page("people", "people", status, people=everybody, roles=ROLES, **values)

    def _someone(self) -> Account:
        return self._accounts.get(field("name")) or abort(404)

    def _role(self) -> Role:
        try:
            return as_role(field("role"))
        except ValueError:
            abort(400, "refused.form")

    def add_person(self) -> ResponseReturnValue:
        """A new account, with a link for its first password that is shown once."""
        role, now = self._role(), self._parts.machine_now()
        name = " ".join(field("name").split())
        if not name or self._accounts.get(name) is not None:
            key = "people.taken" if name else "people.name_missing"
            return self._people(409 if name else 422, error=self._shell.say(key))
        try:
            made = self._accounts.add(name, role, now)
        except StaffError:
            return self._people(422, error=self._shell.say("people.name_bad"))
        self._shell.note("person.add", made.name, role)
        return self._with_link(made)

    def _with_link(self, person: Account) -> ResponseReturnValue:
        secret = self._accounts.make_link(person.key, self._parts.machine_now())
        link = f"{self._parts.public_url()}/desk/welcome/{secret}"
        return self._people(link=link, link_for=person.name)

    def give_role(self) -> ResponseReturnValue:
        """Another role."""
        person, role = self._someone(), self._role()
        return self._change(
            "person.role", person, role, partial(self._accounts.set_role, role=role)
        )

    def open_or_close(self) -> ResponseReturnValue:
        """Close an account, or open it again."""
        person, active = self._someone(), field("active") == "1"
        change = partial(self._accounts.set_active, active=active)
        return self._change("person.active", person, "open" if active else "closed", change)

    def _change(
        self, what: str, person: Account, why: str, change: Callable[[str], None]
    ) -> ResponseReturnValue:
        try:
            change(person.key)
        except StaffError:
            return self._people(409, error=self._shell.say("people.last_admin"))
        self._shell.note(what, person.name, why)
        return after("/desk/people", "person_changed")

    def fresh_link(self) -> ResponseReturnValue:
        """A new link for somebody who lost the password; the old password is gone."""
        person = self._someone()
        self._shell.note("person.link", person.name)
        return self._with_link(person)

    def new_telephone(self) -> ResponseReturnValue:
        """Let somebody set up the second factor anew."""
        person = self._someone()
        self._shell.note("person.second_factor", person.name)
        self._accounts.forget_second_factor(person.key)
        return after("/desk/people", "person_changed")

    # -- programs ---------------------------------------------------------------------------

    def tokens(self) -> ResponseReturnValue:
        """Every token ever made."""
        return self._token_page()

    def _token_page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        listed, now = self._tokens.listing(), self._parts.machine_now()
        return self._shell.page(
            "tokens", "tokens", status, listed=listed, now=now, roles=ROLES, **values
        )

    def make_token(self) -> ResponseReturnValue:
        """A new one; its text is shown once."""
        role, name = self._role(), field("name", 60)
        if not name:
            return self._token_page(422, error=self._shell.say("people.name_missing"))
        token, text = self._tokens.make(name, role, me().name, self._parts.machine_now())
        self._shell.note("token.make", token.id, role)
        return self._token_page(made=text)

    def revoke_token(self) -> ResponseReturnValue:
        """End one."""
        identity = request.form.get("id", "")
        self._shell.note("token.revoke", identity)
        self._tokens.revoke(identity, self._parts.machine_now())
        return after("/desk/tokens", "token_revoked")
