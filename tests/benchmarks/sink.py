"""A mail server in a process of its own, which forgets what it takes; it knows no Django."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


@contextmanager
def sink() -> Iterator[int]:
    """Run a mail server that forgets what it takes, and yield its port."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs,))
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def serve(pipe: Connection) -> None:
    """Say the port, and take letters until the process ends."""

    async def main() -> None:
        server = await asyncio.start_server(session, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection."""
    writer.write(b"220 here\r\n")
    async for line in reader:
        verb = line.upper()
        if verb.startswith(b"DATA"):
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        if verb.startswith(b"QUIT"):
            writer.write(b"221 bye\r\n")
            break
        writer.write(b"250 well\r\n")
    writer.close()
