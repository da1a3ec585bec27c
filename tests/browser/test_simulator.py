from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from assistant.speech.audio import SILENCE, from_ulaw
from tests.browser.chromium import VOICE_HERTZ, wait_until
from tests.browser.fake_line import ACCOUNT, GREETING_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.fake_line import FakeLine

pytestmark = pytest.mark.browser


def stats(page: Page) -> dict[str, Any]:
    """What passed over the line, as the page counts it."""
    return dict(page.evaluate("() => ({...window.simulatorStats})"))


def ring(page: Page, line: FakeLine) -> None:
    """Call, and wait until sound flows both ways."""
    page.locator("#call").click()
    wait_until(lambda: len(line.events("media")) >= 5)


def loudest_hertz(ulaw: bytes) -> float:
    """The strongest frequency in mu-law audio."""
    samples = from_ulaw(ulaw).astype(np.float64)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * 8000 / samples.size)


def test_call_is_posted_as_the_carrier_does(page: Page, fake_line: FakeLine) -> None:
    """The webhook carries Twilio's form and a good signature."""
    ring(page, fake_line)
    path, form = fake_line.forms[0]
    assert path == "/twilio/voice"
    assert re.fullmatch("CA[0-9a-f]{32}", form["CallSid"])
    assert (
        form
        | {
            "AccountSid": ACCOUNT,
            "From": "+8613800000001",
            "To": "+861012345678",
            "CallStatus": "ringing",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
        }
        == form
    )
    assert fake_line.refused == []


def test_stream_opens_in_the_carrier_s_words(page: Page, fake_line: FakeLine) -> None:
    """`connected`, then `start` with the parameters of the TwiML, then numbered media."""
    ring(page, fake_line)
    connected, start, first, second = fake_line.received[:4]
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start["sequenceNumber"] == "1"
    assert start["start"] == {
        "accountSid": ACCOUNT,
        "streamSid": start["streamSid"],
        "callSid": fake_line.forms[0][1]["CallSid"],
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "one-time"},
    }
    assert re.fullmatch("MZ[0-9a-f]{32}", start["streamSid"])
    for number, media in enumerate((first, second), 1):
        assert media["sequenceNumber"] == str(number + 1)
        assert media["streamSid"] == start["streamSid"]
        assert media["media"]["track"] == "inbound"
        assert media["media"]["chunk"] == str(number)
        assert media["media"]["timestamp"] == str((number - 1) * 20)


def test_microphone_arrives_as_telephone_audio(page: Page, fake_line: FakeLine) -> None:
    """The microphone's tone comes through clean, in frames of 20 ms at their real pace."""
    ring(page, fake_line)
    wait_until(lambda: any(set(audio) != set(SILENCE) for audio in [fake_line.caller_audio()]))
    before = len(fake_line.events("media"))
    page.wait_for_timeout(2000)
    frames = len(fake_line.events("media")) - before
    assert 80 <= frames <= 120
    audio = fake_line.caller_audio()
    assert len(audio) == 160 * len(fake_line.events("media"))
    assert abs(loudest_hertz(audio[-8000:]) - VOICE_HERTZ) < 5
    assert stats(page)["sentRms"] > 0.1


def test_without_microphone_silence_flows(page: Page, fake_line: FakeLine) -> None:
    """Frames come all the same, as on a real call."""
    page.locator("#microphone").uncheck()
    ring(page, fake_line)
    wait_until(lambda: len(fake_line.events("media")) >= 50)
    assert set(fake_line.caller_audio()) == set(SILENCE)


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param("BaseAudioContext.prototype, 'audioWorklet'", id="no audio thread"),
        pytest.param("window, 'AudioContext'", id="no sound at all"),
    ],
)
def test_frames_flow_without_the_audio_thread(
    page: Page, fake_line: FakeLine, missing: str
) -> None:
    """Where a browser lacks the audio thread, or sound, the call keeps its pace all the same."""
    page.add_init_script(f"Object.defineProperty({missing}, {{value: undefined}})")
    page.reload()
    ring(page, fake_line)
    wait_until(lambda: fake_line.events("mark"))
    order = [message["event"] for message in fake_line.received]
    frames_before = order[: order.index("mark")].count("media")
    assert abs(frames_before * 20 - GREETING_SECONDS * 1000) < 400


def test_mark_returns_when_its_audio_was_played(page: Page, fake_line: FakeLine) -> None:
    """The greeting is heard to its end before its mark goes back."""
    ring(page, fake_line)
    wait_until(lambda: fake_line.events("mark"))
    order = [message["event"] for message in fake_line.received]
    frames_before = order[: order.index("mark")].count("media")
    assert abs(frames_before * 20 - GREETING_SECONDS * 1000) < 400
    assert fake_line.events("mark")[0]["mark"] == {"name": "greeting"}
    heard = stats(page)
    assert heard["bytesReceived"] == GREETING_SECONDS * 8000
    assert heard["heardRms"] == pytest.approx(heard["receivedRms"], rel=0.1)


def test_clear_returns_marks_at_once(page: Page, fake_line: FakeLine) -> None:
    """A key that makes the line clear its audio brings the mark back early."""
    ring(page, fake_line)
    page.locator("[data-digit='1']").click()
    wait_until(lambda: fake_line.events("mark"))
    assert len(fake_line.events("media")) * 20 < GREETING_SECONDS * 1000 - 400
    assert stats(page)["clears"] == 1


def test_keys_go_as_dtmf(page: Page, fake_line: FakeLine) -> None:
    """Keys of the page and of the keyboard arrive in order; the diary shows them."""
    ring(page, fake_line)
    page.locator("[data-digit='5']").click()
    page.keyboard.press("0")
    page.keyboard.press("*")
    page.keyboard.press("#")
    wait_until(lambda: len(fake_line.events("dtmf")) == 4)
    keys = [message["dtmf"] for message in fake_line.events("dtmf")]
    assert keys == [{"track": "inbound_track", "digit": digit} for digit in "50*#"]
    expect(page.locator("#diary li.pressed")).to_have_count(4)


def test_keys_typed_into_a_field_are_no_dtmf(page: Page, fake_line: FakeLine) -> None:
    """Digits and Escape in a field belong to the field; switched off, the keyboard rings nobody."""
    ring(page, fake_line)
    page.locator("#words").press("7")
    page.locator("#words").press("Escape")
    page.locator("#keyboard").uncheck()
    page.keyboard.press("8")
    page.locator("[data-digit='9']").click()
    wait_until(lambda: fake_line.events("dtmf"))
    assert [message["dtmf"]["digit"] for message in fake_line.events("dtmf")] == ["9"]
    assert fake_line.events("stop") == []


def test_typed_words_are_spoken_into_the_call(page: Page, fake_line: FakeLine) -> None:
    """Typed words become speech in place of the microphone, in the chosen language."""
    page.locator("#microphone").uncheck()
    ring(page, fake_line)
    page.get_by_label("English").check()
    page.locator("#words").fill("when is the canteen open")
    page.locator("#words").press("Enter")
    wait_until(lambda: stats(page)["sentRms"] > 0.1)
    wait_until(lambda: fake_line.caller_audio()[-160:] == SILENCE * 160)
    assert fake_line.spoken == [("when is the canteen open", "en")]
    spoken = fake_line.caller_audio().strip(SILENCE)
    assert abs(len(spoken) - 4000) < 20
    assert abs(loudest_hertz(spoken) - 1000) < 5
    expect(page.locator("#diary li.said .body")).to_have_text("when is the canteen open")


def test_words_that_cannot_be_spoken_are_shown(page: Page, fake_line: FakeLine) -> None:
    """The page says so, and the call goes on."""
    ring(page, fake_line)
    page.locator("#words").fill("unspeakable")
    page.locator("#words").press("Enter")
    expect(page.locator("#diary li.noVoice")).to_contain_text("the voice is not installed")
    assert stats(page)["state"] == "talking"


def test_words_without_a_call_stay_in_their_field(page: Page) -> None:
    """Words typed before calling are kept, with a hint what to do."""
    page.locator("#words").fill("我想找医生")
    page.locator("#words").press("Enter")
    expect(page.locator("#words-hint")).to_contain_text("Please call first")
    expect(page.locator("#words")).to_have_value("我想找医生")


def test_hanging_up_stops_the_stream(page: Page, fake_line: FakeLine) -> None:
    """Escape sends `stop`, and the end is reported as a status callback."""
    ring(page, fake_line)
    page.keyboard.press("Escape")
    expect(page.locator("#state")).to_contain_text("You have hung up")
    wait_until(lambda: fake_line.forms[-1][0] == "/twilio/status")
    sid = fake_line.forms[0][1]["CallSid"]
    assert fake_line.events("stop")[0]["stop"] == {"accountSid": ACCOUNT, "callSid": sid}
    assert fake_line.forms[-1][1]["CallStatus"] == "completed"
    expect(page.locator("#call")).to_have_attribute("aria-disabled", "false")


def test_line_that_ends_the_call_hangs_up(page: Page, fake_line: FakeLine) -> None:
    """`completed` over REST ends the call on the page."""
    ring(page, fake_line)
    page.keyboard.press("2")
    expect(page.locator("#state")).to_contain_text("The line has hung up")


def test_transfer_is_shown(page: Page, fake_line: FakeLine) -> None:
    """<Dial> over REST shows to whom the caller is put through, until she hangs up."""
    ring(page, fake_line)
    page.keyboard.press("3")
    expect(page.locator("#state")).to_contain_text("You are being connected to +861087654321")
    page.keyboard.press("Escape")
    expect(page.locator("#state")).to_contain_text("You have hung up")


def test_broken_stream_leads_to_the_key_menu(page: Page, fake_line: FakeLine) -> None:
    """A socket that closes without a word leads on to the <Redirect>, its texts and its keys."""
    ring(page, fake_line)
    page.keyboard.press("4")
    expect(page.locator("#state")).to_contain_text("Please press a key")
    expect(page.locator("#speech")).to_contain_text("请按数字键。")
    page.keyboard.press("7")
    wait_until(lambda: fake_line.forms[-1][0] == "/twilio/menu/chosen")
    assert fake_line.forms[1][0] == "/twilio/menu?lost=1"
    assert fake_line.forms[2][1]["Digits"] == "7"
    assert ("请按数字键。", "zh") in fake_line.spoken
    expect(page.locator("#state")).to_contain_text("The line has hung up")


def test_menu_without_a_key_goes_on(page: Page, fake_line: FakeLine) -> None:
    """Nobody presses: the menu is said to its end in both languages, then the next verb runs."""
    ring(page, fake_line)
    page.keyboard.press("4")
    wait_until(lambda: fake_line.forms[-1][0] == "/twilio/menu", seconds=20)
    assert ("Please press a key.", "en") in fake_line.spoken


def test_text_is_answered(page: Page, fake_line: FakeLine) -> None:
    """A text is posted as Twilio posts it, and every reply of the TwiML is shown."""
    page.locator("#text").fill("食堂几点开？")
    page.locator("#text").press("Enter")
    expect(page.locator("#messages .line .body")).to_have_text(["收到：食堂几点开？", "Thank you."])
    path, form = fake_line.forms[0]
    assert path == "/twilio/sms"
    assert re.fullmatch("SM[0-9a-f]{32}", form["MessageSid"])
    assert (form["Body"], form["NumMedia"]) == ("食堂几点开？", "0")


def test_text_sent_over_rest_arrives(page: Page, fake_line: FakeLine) -> None:
    """A message the service sends later is shown, and its delivery is reported."""
    number = "+8613800000009"
    page.locator("#number").fill(number)
    page.locator("#number").press("Tab")
    report = f"{fake_line.url}/twilio/status"
    form = {"To": number, "From": "+861012345678", "Body": "明天九点给您回电话。"}
    fake_line.rest("Messages.json", **form, StatusCallback=report)
    expect(page.locator("#messages .line .body")).to_have_text(["明天九点给您回电话。"])
    wait_until(lambda: fake_line.forms)
    assert fake_line.forms[-1][1]["MessageStatus"] == "delivered"


def test_wrong_number_is_said_beside_its_field(page: Page, fake_line: FakeLine) -> None:
    """A number that cannot be one rings nobody."""
    page.locator("#number").fill("12")
    page.locator("#call").click()
    expect(page.locator("#number-hint")).to_contain_text("must start with +")
    expect(page.locator("#number")).to_be_focused()
    assert fake_line.forms == []


def test_clock_moves_by_its_buttons(page: Page, fake_line: FakeLine) -> None:
    """An hour on, then to nine in the morning, shown in the service's own zone."""
    start = fake_line.now
    page.locator("#hour").click()
    wait_until(lambda: fake_line.now > start)
    assert (fake_line.now - start).total_seconds() == 3600
    page.locator("#morning").click()
    expect(page.locator("#clock-zh")).to_contain_text("09:00")
    assert (fake_line.now.hour, fake_line.now.minute) == (9, 0)
    assert 0 < (fake_line.now - start).total_seconds() <= 24 * 3600
