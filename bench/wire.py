"""Options of client.c for each kind of server: the frames that it sends, and the beginnings of those it expects."""

DWEB = {
    "path": "/chat/",
    "hello": '{"type":"hello"}',
    "greeting": '{"type":0,',
    "prefix": '{"type":1,"data":{"msg":"',
    "send_as": '{"type":"1","room":"lobby","txt":"%T","cid":"%C"}',
    "post_path": "/msg_send/",
    "post_as": "type=1&room=lobby&txt=%T&cid=%C",
    "ack": '{"type":"ack"',
    "refused": '{"type":"error"',
    "quiet": 1.3,  # longer than the second for which changes of the user list are gathered
}

RAW = {"send_as": "%T", "prefix": ""}
CHANNELS = {
    "path": "/chat/",
    "send_as": '{"message": "%T"}',
    "prefix": '{"message": "',
    "window": 1,  # with more it is slower, and drops messages that its queues do not hold
}
