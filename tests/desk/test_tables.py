"""The directory, corrections, cases, paper and voices at the desk, over the real house."""

from __future__ import annotations

import asyncio
import io
import re
import time
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from assistant.cards.store import Card
from assistant.core.conversation import Conversation
from assistant.core.event import Flag, TakeDown
from assistant.core.texts import OutgoingText
from assistant.core.turn import Utterance
from assistant.correcting import Corrector
from assistant.drill.results import DrillStore
from assistant.keeping_up import stay_corrected
from assistant.speech.audio import decode_wav
from tests.desk.around import NAMES, PHONE, START, Around, Browser
from tests.desk.tables_office import house_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from assistant.app import House
    from assistant.core.service import Service
    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

SERVICE = "/desk/directory/service?id="
SAVE = "/desk/directory/save/"
MISTAKEN = "楼道里那位又耍脾气了"
NOTICES = "通知,从,到,地点,关键词\n六号楼明天停水,2026-11-26,2026-11-26,六号楼,停水\n"


def first(around: Around) -> Service:
    """A service of the demo community that has a telephone."""
    return next(one for one in around.house.store.current().services if one.phones)


def fields_of(page: str) -> dict[str, str]:
    """What the sheet's form would send, as it stands."""
    inputs = re.findall(r'<input id="cell-[^"]*" name="([^"]+)" value="([^"]*)"', page)
    areas = re.findall(r'<textarea id="cell-[^"]*" name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    state = re.search(r'name="state" value="([^"]+)"', page)
    assert state is not None
    return {**dict(inputs), **dict(areas), "state": state[1]}


def upload(browser: Browser, name: str, content: bytes) -> TestResponse:
    """Send one file to the import page."""
    form = {
        "form_token": browser.form_token("/desk/directory/import"),
        "page": "/desk/directory/import",
        "tables": (io.BytesIO(content), name),
    }
    return browser.client.post("/desk/directory/import", data=form, follow_redirects=True)


def take(browser: Browser, shown: TestResponse) -> TestResponse:
    """Press "Import" below the preview."""
    found = re.search(r'name="upload" value="([^"]+)"', shown.text)
    assert found is not None
    page = "/desk/directory/import"
    return browser.post(page, f"{page}/take", upload=found[1])


# -- directory ------------------------------------------------------------------------------


def test_what_residents_say_is_wrong_stands_first(around: Around, signed_in: SignedIn) -> None:
    """Then what is stale; whoever checks it today takes it off the list, in her own name."""
    services = around.house.store.current().services
    wrong = services[-1]
    around.house.inquiries.flag(Flag(wrong.id, "phone", "wrong"), START)
    browser = signed_in("agent")
    shown = browser.get("/desk/directory").text
    rows = re.findall(r"service\?id=([^\"&]+)\"", shown)
    assert rows[0] == wrong.id
    assert "居民说不对" in shown
    answer = browser.post("/desk/directory", "/desk/directory/verified", service=wrong.id)
    assert "已记下今天由您核对" in answer.text
    assert "居民说不对" not in browser.get("/desk/directory").text
    found = next(one for one in around.house.store.current().services if one.id == wrong.id)
    assert found.assured_date == START.date()
    entry = around.audit.latest(None, 1)[0]
    assert (entry.who, entry.what, entry.which) == (NAMES["agent"], "directory.verified", wrong.id)


def test_a_service_is_found_by_what_people_call_it(around: Around, signed_in: SignedIn) -> None:
    """By its name in either language, its other names and its number."""
    service = first(around)
    browser = signed_in("reader")
    for words in (service.name, service.phones[0].number, service.name[:2]):
        assert service.id in browser.get(f"/desk/directory?q={words}").text
    assert "没有找到服务" in browser.get("/desk/directory?q=xyzzy").text


def test_a_sheet_is_saved_in_every_language_and_can_be_taken_back(
    around: Around, signed_in: SignedIn
) -> None:
    """Only what was changed is written; nothing else of the service moves."""
    service, browser = first(around), signed_in("supervisor")
    page = SERVICE + service.id
    form = fields_of(browser.get(page).text)
    form[f"cell|phones|number||{service.phones[0].id}"] = "0571-88009999"
    form[f"cell|services|description|en|{service.id}"] = "Help with <b>forms</b>."
    answer = browser.post(page, f"{SAVE}{service.id}", **form)
    assert "已保存" in answer.text
    assert "Help with &lt;b&gt;forms&lt;/b&gt;." in answer.text
    found = next(one for one in around.house.store.current().services if one.id == service.id)
    assert "88009999" in found.phones[0].number
    assert (found.name, found.fees_description) == (service.name, service.fees_description)
    number = around.parts.tables.directory.changes()[0].number
    undone = browser.post("/desk/directory/import", "/desk/directory/undo", change=str(number))
    assert "已撤回" in undone.text
    back = next(one for one in around.house.store.current().services if one.id == service.id)
    assert back == service


def test_a_row_is_added_and_removed(around: Around, signed_in: SignedIn) -> None:
    """A second telephone comes, and goes again."""
    service, browser = first(around), signed_in("agent")
    page = SERVICE + service.id
    form = fields_of(browser.get(page).text)
    form["cell|phones|number||new1"] = "0571-88007777"
    browser.post(page, f"{SAVE}{service.id}", **form)
    found = next(one for one in around.house.store.current().services if one.id == service.id)
    added = next(phone for phone in found.phones if "88007777" in phone.number)
    form = fields_of(browser.get(page).text) | {f"gone|phones|{added.id}": "1"}
    browser.post(page, f"{SAVE}{service.id}", **form)
    found = next(one for one in around.house.store.current().services if one.id == service.id)
    assert [phone.id for phone in found.phones] == [phone.id for phone in service.phones]


def test_the_second_of_two_is_told_and_loses_nothing(around: Around, signed_in: SignedIn) -> None:
    """What the first saved stands; what the second typed stands in its fields."""
    service, one, other = first(around), signed_in("agent"), signed_in("supervisor")
    page = SERVICE + service.id
    form = fields_of(one.get(page).text)
    key = f"cell|services|fees_description||{service.id}"
    one.post(page, f"{SAVE}{service.id}", **{**form, key: "不收钱"})
    late = other.post(page, f"{SAVE}{service.id}", **{**form, key: "两元"})
    assert late.status_code == 409
    assert "别人刚刚改过" in late.text
    assert ">两元</textarea>" in late.text
    found = next(item for item in around.house.store.current().services if item.id == service.id)
    assert found.fees_description == "不收钱"


def test_a_sheet_sent_after_the_lock_is_kept(around: Around, signed_in: SignedIn) -> None:
    """Signing in again leads back to the sheet with everything typed."""
    service, browser = first(around), signed_in("agent")
    page = SERVICE + service.id
    form = fields_of(browser.get(page).text)
    token = browser.form_token(page)
    around.wait(minutes=20)
    key = f"cell|services|fees_description||{service.id}"
    sent = {**form, key: "还没存", "form_token": token, "page": page}
    answer = browser.client.post(SAVE + service.id, data=sent, follow_redirects=True)
    assert answer.request.args["next"] == page
    browser.sign_in(NAMES["agent"])
    other = next(one for one in around.house.store.current().services if one.id != service.id)
    assert "还没存" not in browser.get(SERVICE + other.id).text
    assert ">还没存</textarea>" in browser.get(page).text


def test_too_long_a_cell_is_refused_with_everything_in_place(
    around: Around, signed_in: SignedIn
) -> None:
    """Two thousand characters are more than anybody listens to."""
    service, browser = first(around), signed_in("agent")
    page = SERVICE + service.id
    form = fields_of(browser.get(page).text)
    long = "长" * 2001
    form[f"cell|services|description||{service.id}"] = long
    answer = browser.post(page, f"{SAVE}{service.id}", **form)
    assert answer.status_code == 422
    assert f">{long}</textarea>" in answer.text


def test_a_notice_goes_up_and_comes_down(around: Around, signed_in: SignedIn) -> None:
    """With a day that can be read; otherwise what was typed comes back."""
    page, browser = "/desk/directory/notices", signed_in("agent")
    wrong = browser.post(page, page, text="明天停电", valid_from="tomorrow")
    assert wrong.status_code == 422
    assert ">明天停电</textarea>" in wrong.text
    up = browser.post(page, page, text="明天停电<b>", valid_from="2026-11-26", topic="停电")
    assert "明天停电&lt;b&gt;" in up.text
    found = next(one for one in around.house.store.current().notices if "停电" in one.text)
    down = browser.post(page, f"{page}/remove", notice=found.id)
    assert "已撤下" in down.text
    assert found.id not in {one.id for one in around.house.store.current().notices}


def test_who_only_looks_changes_nothing(around: Around, signed_in: SignedIn) -> None:
    """A reader sees the sheet with every field shut, and no button that does something."""
    shown = signed_in("reader").get(SERVICE + first(around).id).text
    fields = re.findall(r'<(?:input|textarea) id="cell-[^>]*>', shown)
    assert len(fields) > 20
    assert all("readonly" in one for one in fields)
    assert SAVE in shown
    assert 'data-key="s"' not in shown


# -- imports --------------------------------------------------------------------------------


def test_looking_changes_nothing_and_importing_can_be_taken_back(
    around: Around, signed_in: SignedIn
) -> None:
    """Upload, preview, import, undo; the same upload cannot be taken twice."""
    browser, notices = signed_in("supervisor"), around.house.store.current().notices
    shown = upload(browser, "notices.csv", NOTICES.encode())
    assert "notices：1 行" in shown.text
    assert around.house.store.current().notices == notices
    assert "表格已导入" in take(browser, shown).text
    assert len(around.house.store.current().notices) == len(notices) + 1
    assert take(browser, shown).status_code == 409
    number = around.parts.tables.directory.changes()[0].number
    browser.post("/desk/directory/import", "/desk/directory/undo", change=str(number))
    assert around.house.store.current().notices == notices
    again = browser.post("/desk/directory/import", "/desk/directory/undo", change=str(number))
    assert again.status_code == 409


def test_a_pasted_formula_is_only_text(around: Around, signed_in: SignedIn) -> None:
    """It is shown as it is written and calculates nothing, here or in the export's file."""
    formula = '=HYPERLINK(""http://x"",""停水"")'
    table = f'通知,从,到\n"{formula}",2026-11-26,2026-11-26\n'
    browser = signed_in("supervisor")
    take(browser, upload(browser, "notices.csv", table.encode()))
    shown = browser.get("/desk/directory/notices").text
    assert "=HYPERLINK(&#34;http://x&#34;" in shown
    assert '<a href="http://x' not in shown
    del around


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tables.exe", b"MZ", "只能上传"),
        ("broken.zip", b"PK\x03\x04 nothing", "打不开"),
        ("services.csv", b"\x00\x01\x02" * 50, "没有导入"),
        ("", b"", "请先选择文件"),
    ],
)
def test_other_files_are_refused_in_words(
    signed_in: SignedIn, name: str, content: bytes, said: str
) -> None:
    """Of another kind, broken, no text at all, or none."""
    answer = upload(signed_in("supervisor"), name, content)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_zip_cannot_write_outside_or_fill_the_disk(
    around: Around, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that climbs out is only a name; what unpacks to too much is stopped."""
    monkeypatch.setattr("assistant.desk.uploads.MOST_UNPACKED", 1_000_000)
    out, trap = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../../notices.csv", NOTICES)
        archive.writestr("run.sh", "echo")
    with zipfile.ZipFile(trap, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notices.csv", b"x" * 3_000_000)
    browser = signed_in("supervisor")
    shown = upload(browser, "all.zip", out.getvalue())
    assert "notices：1 行" in shown.text
    assert not list(around.house.data.parent.glob("notices.csv"))
    assert "太大了" in upload(browser, "trap.zip", trap.getvalue()).text


@pytest.mark.parametrize("name", ["all.zip", "all.xlsx"])
def test_a_damaged_archive_is_refused_in_words(signed_in: SignedIn, name: str) -> None:
    """Its directory is whole and what is packed in it is not: found out while it is unpacked."""
    book, packed = Workbook(), io.BytesIO()
    sheet = book.create_sheet("notices")
    for number in range(500):
        sheet.append([f"第{number}条通知", "2026-11-26", number * 7919 % 1000])
    book.save(packed)
    if name.endswith(".zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("notices.csv", NOTICES * 50)
    with zipfile.ZipFile(packed) as archive:
        largest = max(archive.infolist(), key=lambda part: part.compress_size)
    whole, middle = packed.getvalue(), largest.compress_size // 2
    at = largest.header_offset + 30 + len(largest.filename) + middle
    damaged = whole[:at] + bytes(255 - byte for byte in whole[at : at + 20]) + whole[at + 20 :]
    assert upload(signed_in("supervisor"), name, damaged).status_code == 422


def test_a_huge_upload_is_not_read(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the page takes is refused before it is stored; a form elsewhere stays small."""
    monkeypatch.setattr("assistant.desk.pages.imports.MOST_BYTES", 0)
    monkeypatch.setattr("assistant.desk.pages.imports.MB", 100_000)
    answer = upload(signed_in("supervisor"), "services.csv", b"x" * 300_000)
    assert answer.status_code == 413
    browser = signed_in("agent")
    page = "/desk/directory/notices"
    assert browser.post(page, page, text="x" * 3_000_000).status_code == 413


def test_one_persons_upload_is_nobody_elses(signed_in: SignedIn) -> None:
    """And after half an hour it is gone for her too."""
    one, other = signed_in("supervisor"), signed_in("admin")
    shown = upload(one, "notices.csv", NOTICES.encode())
    assert take(other, shown).status_code == 409


# -- what they meant ------------------------------------------------------------------------


def waited(browser: Browser, page: str) -> str:
    """The page once the trial is over."""
    for _ in range(600):
        shown = browser.get(page).text
        if "data-poll>" not in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError("the trial did not end")


def test_one_click_is_tried_accepted_live_and_undone(around: Around, signed_in: SignedIn) -> None:
    """An agent proposes; a supervisor sees what would change, accepts it, takes it back."""
    code = around.request(MISTAKEN)
    agent, lead = signed_in("agent"), signed_in("supervisor")
    page = f"/desk/meant/new?code={code}"
    assert f'href="{page}"' in agent.get(f"/desk/requests/{code}").text
    fields = {"words": MISTAKEN, "language": "zh", "code": code, "meant": "intent:case.report"}
    answer = agent.post(page, "/desk/meant/new", **fields)
    item = answer.request.path
    shown = waited(lead, item)
    assert "会改变 1 个回答" in shown
    assert ">听不懂 · 物业报修</td><td>报修 · 物业报修</td>" in shown
    assert agent.client.post(f"{item}/accept", data={}).status_code in {400, 403}
    before = meaning(around.house)
    lead.post(item, f"{item}/accept")
    assert meaning(around.house) == "case.report"
    assert lead.post(item, f"{item}/accept").status_code == 409
    assert "已撤回" in lead.post(item, f"{item}/undo").text
    assert meaning(around.house) == before
    deeds = [entry.what for entry in around.audit.latest(None, 4)]
    assert "meant.undo" in deeds
    assert MISTAKEN not in str(around.audit.latest(None, 20))


def test_another_node_learns_what_was_accepted(around: Around) -> None:
    """A service that has just started, or runs beside ours, catches up by itself."""
    corrector = around.parts.tables.corrector
    number = corrector.propose(MISTAKEN, "zh", "intent", "case.report", by="王芳")
    corrector.try_out(number)
    corrector.accept(number, by="李主任")
    other = house_of(around)
    assert meaning(other) != "case.report"
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(stay_corrected(Corrector(other), 0.05), 2))
    assert meaning(other) == "case.report"
    other.close()


def meaning(house: House) -> str | None:
    """What the line takes the sentence for now."""
    conversation = house.talk.begin("sms", PHONE, START)
    match = house.talk.read(Utterance(MISTAKEN, "zh"), conversation, START).match
    return match.intent if match.accepted else None


def test_a_name_of_a_service_is_proposed_and_rejected(around: Around, signed_in: SignedIn) -> None:
    """Services are found by words; what is rejected changes nothing and is decided once."""
    code, service = around.request("找老地方"), first(around)
    lead = signed_in("supervisor")
    page = f"/desk/meant/new?code={code}"
    assert f"service:{service.id}" in lead.get(f"{page}&q={service.name}").text
    fields = {"words": "老地方", "language": "zh", "code": code, "meant": f"service:{service.id}"}
    item = lead.post(page, "/desk/meant/new", **fields).request.path
    assert "试过了" in waited(lead, item)
    assert "已放弃" in lead.post(item, f"{item}/reject").text
    assert lead.post(item, f"{item}/undo").status_code == 409
    found = next(one for one in around.house.store.current().services if one.id == service.id)
    assert found == service


@pytest.mark.parametrize(
    "wrong", [{"words": ""}, {"words": "长" * 301}, {"meant": "intent:no.such"}, {"meant": "x"}]
)
def test_a_senseless_proposal_is_refused(
    around: Around, signed_in: SignedIn, wrong: dict[str, str]
) -> None:
    """Without words, with a page of them, or for something the line does not know."""
    code = around.request(MISTAKEN)
    fields = {"words": MISTAKEN, "language": "zh", "code": code, "meant": "intent:case.report"}
    page = f"/desk/meant/new?code={code}"
    answer = signed_in("agent").post(page, "/desk/meant/new", **{**fields, **wrong})
    assert answer.status_code == 422
    assert around.parts.tables.corrector.store.listing("proposed", "tried") == ()


# -- cases, cards, traffic, drill, the box, roster -------------------------------------------


def case_of(around: Around, words: str) -> str:
    """A request with its case, as the line takes it down."""
    house = around.house
    talk = Conversation("c9", "voice", PHONE, "zh", around.now, around.now)
    code = house.requests.next_code()
    house.requests.take_down(TakeDown(code, "case.report", words), talk, around.now)
    return code


def test_cases_past_their_day_are_said_to_be(around: Around, signed_in: SignedIn) -> None:
    """In the list, in its own tab, and counted; a closed one stands among the closed."""
    code = case_of(around, "楼道的灯坏了")
    browser = signed_in("reader")
    assert code in browser.get("/desk/cases").text
    assert "已超期" not in browser.get("/desk/cases?show=open").text.split("<table")[1]
    around.wait(days=60)
    browser.sign_in(NAMES["reader"])
    assert "1 件已超期" in browser.get("/desk/cases").text
    assert code in browser.get("/desk/cases?show=overdue").text
    around.house.requests.close(code)
    assert code not in browser.get("/desk/cases").text
    assert code in browser.get("/desk/cases?show=closed").text


def test_a_card_is_printed_and_handed_over(around: Around, signed_in: SignedIn) -> None:
    """A PDF of A5; the queue says how far it is, and shows no whole number."""
    around.house.cards.put(Card("k1", PHONE, "zh", ("社区食堂上午十一点开门。",), around.now))
    browser = signed_in("agent")
    shown = browser.get("/desk/cards").text
    assert "138****0001" in shown
    assert PHONE not in shown
    form = {"form_token": browser.form_token("/desk/cards"), "card": "k1"}
    answer = browser.client.post("/desk/cards/file", data=form)
    assert answer.data.startswith(b"%PDF")
    assert b"419." in answer.data, "A5 is 419.5 points wide"
    assert "已打印" in browser.get("/desk/cards").text
    done = browser.post("/desk/cards", "/desk/cards/fetched", card="k1")
    assert "现在没有卡片" in done.text
    assert browser.post("/desk/cards", "/desk/cards/fetched", card="k2").status_code == 409


def test_traffic_is_figures_only(around: Around, signed_in: SignedIn) -> None:
    """Texts by state, those in trouble with a masked number, and never a word of one."""
    text = OutgoingText("t1", PHONE, "社区食堂十一点开门", "zh", "answer", around.now)
    around.house.outbox.put(text, around.now)
    shown = signed_in("reader").get("/desk/traffic").text
    assert "<dt>等着发</dt><dd>1</dd>" in shown
    assert "食堂" not in shown


def test_the_drill_shows_what_failed_first(around: Around, signed_in: SignedIn) -> None:
    """And says so before anything else; without a drill, that there was none."""
    browser = signed_in("reader")
    assert "还没有做过演练" in browser.get("/desk/drill").text
    good = {"task": "service.hours", "language": "zh", "by": "speech", "wrong": [], "problem": ""}
    bad = {**good, "task": "callback.book", "by": None, "problem": "no answer"}
    details = {"reachable": 1, "of": 2, "slowest_reply_s": 1.5, "tasks": [good, bad]}
    DrillStore(around.database).keep(START, details, good=False, summary="1 of 2")
    shown = browser.get("/desk/drill").text
    assert "有的没有成功" in shown
    assert shown.index("callback.book") < shown.index("service.hours")


def test_the_box_tells_how_the_machine_is(signed_in: SignedIn) -> None:
    """Ladder step, models, disk, texts, carrier, last backup."""
    shown = signed_in("reader").get("/desk/box").text
    for part in ("可以说话", "GB", "条等着发", "只有模拟电话", "还没有备份"):
        assert part in shown


def test_the_roster_is_kept_at_the_desk(around: Around, signed_in: SignedIn) -> None:
    """Added, away, back, removed; numbers are masked for all, names for who only looks."""
    lead, page = signed_in("supervisor"), "/desk/roster"
    fields = {"name": "赵新来", "phone": "0571-88005555", "speaks-zh": "1"}
    shown = lead.post(page, page, **fields).text
    assert "赵新来" in shown
    assert "88005555" not in shown
    assert "赵新来" not in signed_in("reader").get(page).text
    assert lead.post(page, page, **fields).status_code == 409
    assert lead.post(page, page, **{**fields, "phone": "x"}).status_code == 422
    until = (START + timedelta(days=2)).date().isoformat()
    assert "请假到 20" in lead.post(page, f"{page}/away", name="赵新来", until=until).text
    assert lead.post(page, f"{page}/away", name="赵新来", until="2020-01-01").status_code == 422
    assert "请假到 20" not in lead.post(page, f"{page}/back", name="赵新来").text
    lead.post(page, f"{page}/remove", name="赵新来")
    assert "赵新来" not in {one.name for one in around.house.promises.roster.staff().people}


# -- prompts --------------------------------------------------------------------------------


def test_a_prompt_is_heard_recorded_and_given_up(around: Around, signed_in: SignedIn) -> None:
    """The line's own rendering at 8 kHz; a good recording takes its place at once."""
    lead, query = signed_in("supervisor"), "?language=zh&key=open.ask"
    page = f"/desk/prompts/one{query}"
    with lead.client.get(f"/desk/prompts/sound{query}") as answer:
        voice = answer.data
    samples = decode_wav(voice, "prompt")
    assert samples.size > 8000
    assert lead.client.get(page).headers["Permissions-Policy"].startswith("microphone=(self)")
    assert "microphone=()" in lead.client.get("/desk/prompts").headers["Permissions-Policy"]
    kept = send_take(lead, page, voice)
    assert "录音已保存" in kept.text
    assert "真人录音" in kept.text
    studio = around.parts.tables.studio
    assert studio.sound("open.ask", "zh") != voice
    give_up = {"key": "open.ask", "language": "zh"}
    assert "录音已取下" in lead.post(page, "/desk/prompts/give-up", **give_up).text
    assert lead.post(page, "/desk/prompts/give-up", **give_up).status_code == 409


def send_take(browser: Browser, page: str, content: bytes) -> TestResponse:
    """Send a recording of the prompt of that page."""
    form = {"form_token": browser.form_token(page), "page": page}
    form |= {"language": "zh", "key": "open.ask"}
    data = {**form, "take": (io.BytesIO(content), "take.wav")}
    return browser.client.post("/desk/prompts/record", data=data, follow_redirects=True)


@pytest.mark.parametrize(("content", "said"), [(b"no sound at all", "不是 WAV"), (b"", "请先录音")])
def test_a_recording_that_cannot_be_used_is_not_kept(
    around: Around, signed_in: SignedIn, content: bytes, said: str
) -> None:
    """And the page says why."""
    page = "/desk/prompts/one?language=zh&key=open.ask"
    answer = send_take(signed_in("supervisor"), page, content)
    assert answer.status_code == 422
    assert said in answer.text
    found = around.parts.tables.studio.prompt("open.ask", "zh")
    assert found is not None
    assert not found.recorded


def test_prompts_are_found_by_words_in_both_languages(signed_in: SignedIn) -> None:
    """A name, a word of the text; an unknown one is no page."""
    browser = signed_in("reader")
    assert "open.ask" in browser.get("/desk/prompts?language=en&q=open.ask").text
    assert "没有找到提示" in browser.get("/desk/prompts?language=zh&q=xyzzy").text
    assert browser.get("/desk/prompts/one?language=zh&key=no.such").status_code == 404
