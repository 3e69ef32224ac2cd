"""Methods that send a text, a place, a contact, or a sign of writing."""

from sandbox.chats import Message
from sandbox.errors import bad_request
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import address, post, text_fields

_ACTION_NAMES = """
typing upload_photo record_video upload_video record_voice upload_voice upload_document
choose_sticker find_location record_video_note upload_video_note
"""
_ACTIONS = frozenset(_ACTION_NAMES.split())


def send_message(call: Call) -> Message:
    """sendMessage."""
    to = address(call)
    return post(call, to, text_fields(call))


def send_location(call: Call) -> Message:
    """sendLocation."""
    to = address(call)
    call.refuse("live_period", "heading", "proximity_alert_radius")
    return post(call, to, {"location": _location(call, "invalid location specified")})


def send_venue(call: Call) -> Message:
    """sendVenue."""
    to = address(call)
    location = _location(call, "wrong venue location specified")
    venue = {"title": call.args.text("title"), "address": call.args.text("address")}
    for name, value in venue.items():
        if not value:
            raise bad_request(f"{name} must be non-empty")
    return post(call, to, {"location": location, "venue": {"location": location, **venue}})


def _location(call: Call, wrong: str) -> dict[str, float]:
    location = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = call.args.number(name)
        if value is None:
            raise bad_request(f"{name} is empty")
        if not -most <= value <= most:
            raise bad_request(wrong)
        location[name] = value
    return location


def send_contact(call: Call) -> Message:
    """sendContact."""
    to = address(call)
    fields = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.args.text(name) for name in fields}
    for name in ("phone_number", "first_name"):
        if not contact[name]:
            raise bad_request(f'parameter "{name}" is required')
    return post(call, to, {"contact": {name: text for name, text in contact.items() if text}})


def send_chat_action(call: Call) -> bool:
    """sendChatAction."""
    call.chat_to_write()
    call.args.integer("message_thread_id")
    if call.args.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendChatAction": send_chat_action,
}
