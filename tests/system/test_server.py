"""The server as users start it: the ways of a message, end to end."""

from ..support.server import Server, Visitor, receive


def test_group_message_reaches_everyone(two: tuple[Visitor, Visitor]) -> None:
    alice, bob = two
    sockets = [alice.greeted(), bob.greeted()]
    said = alice.say("你好 😀")
    for socket in sockets:
        data = receive(socket, 1)["data"]
        assert (data["msg"], data["userid"], data["seq"], data["id"]) == (
            "你好 😀",
            alice.userid,
            said["seq"],
            said["id"],
        )


def test_private_message_reaches_both_and_waits_for_who_is_offline(two: tuple[Visitor, Visitor]) -> None:
    alice, bob = two
    socket = alice.greeted()
    alice.say("psst", type="0", userto=bob.userid)
    assert receive(socket, 1)["data"]["userto"] == bob.userid
    [event] = bob.get(f"/history/?userto={alice.userid}").json()["events"]
    assert event["data"]["msg"] == "psst"


def test_nothing_is_logged_at_all(server: Server) -> None:
    person = server.people(1)[0]
    with person.greeted():
        person.say("hello")
    server.stop()
    assert server.faults() == []
