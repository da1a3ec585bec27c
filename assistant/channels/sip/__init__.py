"""A telephone line without a cloud: SIP and RTP to an exchange or an adapter on the office's desk.

Messages, dialogs, descriptions of sound and digest come from aiosipua, packets and codecs from
aiortp. Both are young: what they leave open (repeats and lost messages on UDP, who may ring, races
between answering and giving up, the clock of the sound) is kept here, in `transactions`, `agent`,
`inbound`, `outbound` and `ticker`.
"""
