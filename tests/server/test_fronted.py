"""What gunicorn's worker hands to the front."""

from unittest import mock

import pytest

from Dweb.server.fronted import Fronted


@pytest.mark.parametrize(
    ("accepted", "client"),
    [
        (("::ffff:192.0.2.1", 5, 0, 0), ("192.0.2.1", 5, 0, 0)),
        (("2001:db8::1", 5, 0, 0), ("2001:db8::1", 5, 0, 0)),
        (("192.0.2.1", 5), ("192.0.2.1", 5)),
        ("", ""),
    ],
)
def test_a_client_has_its_own_address_on_a_socket_for_both_families(accepted: object, client: object) -> None:
    worker = Fronted.__new__(Fronted)
    worker.front = mock.Mock()
    sock, listener = mock.Mock(), mock.Mock()
    listener.accept.return_value = (sock, accepted)
    worker.accept(listener)
    worker.front.accept.assert_called_once_with(sock, client, listener.getsockname())
