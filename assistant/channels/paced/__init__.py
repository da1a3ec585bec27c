"""What lines share whose sound we pace ourselves: SIP, and both ways to Asterisk.

| file | its question |
| --- | --- |
| `ticker` | when have 20 ms passed? |
| `playout` | which 20 ms are sent now, and what has been said? |
| `line` | what can a call ask of its line? |
| `pump` | what does the call make of what is heard? |
| `menu` | who goes on when it cannot? |
| `house` | who takes the calls that come in? |
| `g711`, `tokens` | how is sound coded; which call is our own check's? |
"""
