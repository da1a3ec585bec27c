"""A line by an Asterisk's own protocols: chan_websocket, either side connecting, and AudioSocket.

Both carry sound and keys and nothing else. So the dialplan asks us by HTTP first (`door`): it hands
over the caller's number and is given a ticket, the sound comes in with that ticket, and when it has
ended the dialplan asks what is next, which is how a caller is put through.
"""
