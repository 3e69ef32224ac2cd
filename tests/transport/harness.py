"""A receiver that takes its time, for being killed: python harness.py ROOT FOLDER."""

import asyncio
import os
import sys
from pathlib import Path

from telegram import Bot
from telegram.error import BadRequest
from wire import TOKEN

from bot import log
from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.sealing import KEY_BYTES, Sealer
from bot.transport.receiver import Hooks, Receiver
from bot.transport.request import Request


async def main(root, folder):
    database = Database(folder / "bot.db", Sealer(b"k" * KEY_BYTES))
    await database.open()
    request = Request()
    await request.initialize()
    file = os.open(folder / "handled.txt", os.O_WRONLY | os.O_APPEND)

    async def process(update):
        await asyncio.sleep(0.05)
        if update.message.text == "fail":
            raise BadRequest(f"{update.message.from_user} said {update.message.text}")
        os.write(file, f"{update.update_id}\n".encode())

    async def ignore(*_):
        pass

    hooks = Hooks(process, lambda _raw: False, ignore, ignore)
    bot = Bot(TOKEN, base_url=root, request=request, get_updates_request=request)
    await Receiver(bot, request, database, hooks, Clock()).run()


log.set_up("DEBUG", [TOKEN])
asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
