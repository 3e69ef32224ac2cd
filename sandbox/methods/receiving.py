"""Methods by which a bot receives: updates, webhook, callback answers, files."""

from typing import Any

from sandbox.errors import BotApiError, bad_request, flood, not_modelled
from sandbox.files import MAX_DOWNLOAD
from sandbox.methods.call import Call, Method
from sandbox.updates import MAX_TIMEOUT
from sandbox.webhook import check_webhook

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


def get_me(call: Call) -> dict[str, Any]:
    """getMe."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }
    name = call.services.profile.text("name", "") or call.world.bot["first_name"]
    return {**call.world.bot, "first_name": name, **abilities}


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """getUpdates."""
    args, updates = call.args, call.services.updates
    if call.services.webhook.url:
        raise BotApiError(409, _WEBHOOK_ACTIVE)
    offset = args.integer("offset")
    limit = args.clamped("limit", 100, 1, 100)
    timeout = args.clamped("timeout", 0, 0, MAX_TIMEOUT)
    updates.allow(_allowed(call))
    if call.services.limits.on:
        limit, timeout = updates.throttle(offset, limit, timeout)
    entries = await updates.poll(offset, limit, timeout)
    return [entry.as_json() for entry in entries]


def _allowed(call: Call) -> list[Any] | None:
    kinds = call.args.json("allowed_updates", "can't parse allowed updates JSON object")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("expected an Array of allowed updates")
    return kinds


def set_webhook(call: Call) -> tuple[bool, str]:
    """setWebhook; with an empty URL the same as deleteWebhook."""
    url = call.args.text("url")
    if not url:
        return delete_webhook(call)
    call.refuse("certificate", "ip_address")
    secret = call.args.text("secret_token")
    check_webhook(url, secret)
    most = call.args.clamped("max_connections", 40, 1, 100)
    webhook, updates = call.services.webhook, call.services.updates
    if call.services.limits.on and not webhook.may_be_set():
        raise flood(1)
    _drop_pending(call)
    updates.allow(_allowed(call))
    same = (webhook.url, webhook.secret, webhook.max_connections) == (url, secret, most)
    if not same:
        updates.end_polls()
        webhook.set(url, secret, most)
    return True, "Webhook is already set" if same else "Webhook was set"


def delete_webhook(call: Call) -> tuple[bool, str]:
    """deleteWebhook."""
    had_one = bool(call.services.webhook.url)
    _drop_pending(call)
    call.services.webhook.remove()
    return True, "Webhook was deleted" if had_one else "Webhook is already deleted"


def _drop_pending(call: Call) -> None:
    if call.args.flag("drop_pending_updates"):
        call.services.updates.clear()


def get_webhook_info(call: Call) -> dict[str, Any]:
    """getWebhookInfo."""
    return call.services.webhook.info()


def answer_callback_query(call: Call) -> bool:
    """answerCallbackQuery: once, and soon."""
    query_id = call.args.text("callback_query_id")
    text, url = call.args.text("text"), call.args.text("url")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not url.startswith(f"https://t.me/{call.world.bot['username']}?start="):
        raise bad_request("URL_INVALID")
    show_alert = call.args.flag("show_alert")
    user_id = call.services.people.answer(query_id)
    if user_id is None:
        raise bad_request(_TOO_OLD)
    answer = {"text": text, "show_alert": show_alert, "url": url or None}
    who = {"user_id": user_id, "callback_query_id": query_id}
    call.world.publish({"kind": "answer", **who, **answer})
    return True


def get_file(call: Call) -> dict[str, Any]:
    """getFile: where to fetch a file of up to 20 MB."""
    if not (file_id := call.args.text("file_id")):
        raise bad_request("file_id not specified")
    stored = call.world.files.find(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**stored.reference(), "file_path": stored.path}


def close(_: Call) -> bool:
    """Refuse close and logOut: there is no second server that the bot could move to."""
    raise not_modelled("moving the bot to another Bot API server")


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "close": close,
    "logOut": close,
}
