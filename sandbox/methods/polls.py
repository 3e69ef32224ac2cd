"""Methods that send a poll and end it. People vote in `People.vote`."""

from sandbox.chats import Message
from sandbox.errors import bad_request, not_modelled
from sandbox.methods.call import Call, Method
from sandbox.methods.posting import address, post
from sandbox.polls import MAX_OPTION, MAX_OPTIONS, MAX_QUESTION, Poll
from sandbox.text import format_text
from sandbox.types import Json


def send_poll(call: Call) -> Message:
    """sendPoll."""
    to = address(call)
    call.refuse(
        "correct_option_id", "correct_option_ids", "explanation", "open_period", "close_date"
    )
    call.refuse("question_parse_mode", "question_entities", "allows_revoting")
    if call.args.text("type") == "quiz":
        raise not_modelled("quizzes")
    if call.args.text("type") not in ("", "regular"):
        raise bad_request("unsupported poll type specified")
    poll = call.world.polls.new(
        _text(call.args.text("question"), "poll question", MAX_QUESTION),
        _options(call.args.json("options", "can't parse options JSON object")),
        of_bot=True,
        is_anonymous=not call.args.has("is_anonymous") or call.args.flag("is_anonymous"),
        allows_multiple_answers=call.args.flag("allows_multiple_answers"),
        is_closed=call.args.flag("is_closed"),
    )
    return post(call, to, {"poll": poll})


def stop_poll(call: Call) -> Poll:
    """stopPoll: nobody can vote any more."""
    chat = call.chat_to_write()
    message = call.message(chat, "message with poll to stop not found")
    if "poll" not in message:
        raise bad_request("message is not a poll")
    if not call.world.polls.of_bot(message["poll"]):
        raise bad_request("poll can't be stopped")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: Poll = {**message["poll"], "is_closed": True}
    call.world.show_poll(closed)
    call.services.updates.add("poll", closed, int(closed["id"]))
    return closed


def _options(options: Json) -> list[str]:
    if options is not None and not isinstance(options, list):
        raise bad_request("expected an Array of InputPollOption")
    texts = [_option(each) for each in options or []]
    if not texts:
        raise bad_request("poll must have at least one answer option")
    if len(texts) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    return texts


def _option(option: Json) -> str:
    if isinstance(option, dict):
        if "text" not in option:
            raise bad_request("can't parse InputPollOption: Can't find field \"text\"")
        option = option["text"]
    return _text(str(option), "poll options", MAX_OPTION)


def _text(source: str, what: str, most: int) -> str:
    text = format_text(source, "", "").text
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > most:
        raise bad_request(f"{what} length must not exceed {most}")
    return text


METHODS: dict[str, Method] = {"sendPoll": send_poll, "stopPoll": stop_poll}
