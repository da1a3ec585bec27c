"""A telephone and an SMS handset in the browser, with a loopback carrier behind them.

The page takes no private path: towards this service it behaves as Twilio does, with signed requests
to `/twilio/...` and Media Streams on `/twilio/stream`. What a carrier does besides (make speech of
typed words, keep sent messages, end a call when asked over REST) stands here.
"""

from assistant.simulator.parts import SimulatorParts
from assistant.simulator.routes import simulator_blueprint

__all__ = ["SimulatorParts", "simulator_blueprint"]
