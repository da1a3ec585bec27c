"""What is damaged: valid words, addresses and forms of every surface."""

from __future__ import annotations

from typing import Final

WORDS: Final = (
    "食堂几点开门",
    "帮帮我，我摔倒了",
    "明天上午给我回电话",
    "楼道的灯坏了三天了",
    "取消",
    "1",
    "退订",
    "人工",
    "when does the canteen open",
    "please ring me on Friday after 3",
    "STOP",
    "I smell gas",
    "2",
    "我的身份证是110101199003070015",
    "谢谢",
    "转接",
    "GH000001 怎么样了",
)
CONTACTS: Final = tuple(f"+86138000{number:05d}" for number in range(40))
PATHS: Final = (
    "/twilio/voice",
    "/twilio/voice/keys?step=1",
    "/twilio/status",
    "/twilio/status?c=GH000001&n=1&t=1",
    "/twilio/ring/staff?c=GH000001&n=1&t=1",
    "/twilio/ring/staff/key?c=GH000001&n=1&t=1&s=1",
    "/twilio/ring/resident?c=GH000001&n=1&t=1&s=0",
    "/twilio/ring/over?c=GH000001&n=1&t=1",
    "/twilio/ring/heard?c=GH000001&n=1&t=1",
)
FIELDS: Final = {
    "CallSid": "CA1",
    "AccountSid": "AC1",
    "From": "+8613800000001",
    "To": "+8657188001234",
    "CallStatus": "ringing",
    "Digits": "1",
    "MessageSid": "SM1",
    "MessageStatus": "delivered",
    "ErrorCode": "30003",
    "DialCallStatus": "completed",
    "DialCallDuration": "12",
    "AnsweredBy": "human",
}
READ: Final = (
    "/desk/api/v1/alarms",
    "/desk/api/v1/requests",
    "/desk/api/v1/callbacks?view=all&limit=5",
    "/desk/api/v1/cases?show=open&from=0",
    "/desk/api/v1/services?words=食堂",
    "/desk/api/v1/service?id=x",
    "/desk/api/v1/requests/GH000001",
    "/desk/",
    "/desk/sign-in",
    "/desk/requests",
    "/desk/directory",
    "/open311/v2/requests.json?status=open",
    "/open311/v2/services.xml",
    "/open311/v2/discovery.json",
    "/open311/v2/requests/abc.json",
    "/healthz",
    "/simulator/clock",
    "/public/",
)
WRITE: Final = (
    "/desk/api/v1/alarms/GH000001/take",
    "/desk/api/v1/alarms/GH000001/close",
    "/desk/api/v1/requests/GH000001/close",
    "/desk/api/v1/callbacks/GH000001/claim",
    "/desk/api/v1/callbacks/GH000001/outcome",
    "/desk/api/v1/service/checked",
    "/desk/api/v1/requests/GH000001/reveal",
)
